using Ants.Testing.Clock;
using NUnit.Framework;

namespace Ants.Tests.Unit.Testing;

public sealed class PrngTests
{
    [Test]
    public void A_seed_gives_the_same_numbers_on_every_version_of_the_platform()
    {
        Prng prng = new(seed: 7, stream: 0);

        // Pinned: a change here makes every seed in every bug report mean another run.
        Assert.That(
            new[] { prng.Next(), prng.Next(), prng.Next() },
            Is.EqualTo(new[] { 5478278237059175447UL, 18095852408168305621UL, 5918088815361298344UL }));
    }

    [Test]
    public void The_generator_is_that_of_the_reference_code()
    {
        Prng prng = new(1, 2, 3, 4);

        // The first outputs of Blackman and Vigna's xoshiro256starstar.c from the state 1, 2, 3, 4.
        Assert.That(
            new[] { prng.Next(), prng.Next(), prng.Next(), prng.Next() },
            Is.EqualTo(new[] { 11520UL, 0UL, 1509978240UL, 1215971899390074240UL }));
    }

    [Test]
    public void Streams_of_a_seed_differ()
    {
        ulong[] first = [.. Enumerable.Range(-100, 200).Select(stream => new Prng(7, stream).Next())];

        Assert.That(first, Is.Unique);
    }

    [Test]
    public void Bounded_numbers_stay_within_their_bound_and_reach_all_of_it()
    {
        Prng prng = new(1, 1);
        int[] seen = new int[10];
        for (int i = 0; i < 10_000; i++)
        {
            seen[prng.Below(10)]++;
        }

        // 1,000 expected each, with a standard deviation of 30.
        Assert.That(seen, Has.All.InRange(850, 1150));
    }

    [Test]
    public void Every_length_can_be_filled([Range(0, 20)] int length)
    {
        byte[] bytes = new byte[length + 1];
        new Prng(1, 1).Fill(bytes.AsSpan(0, length));

        Assert.That(bytes[length], Is.Zero);
    }
}
