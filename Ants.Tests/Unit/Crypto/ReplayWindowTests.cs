using Ants.Crypto;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Crypto;

[TestFixture]
internal sealed class ReplayWindowTests
{
    private static readonly ulong[] Starts = [0, 5000, 1UL << 32, ulong.MaxValue - 300_000];

    // Near, just inside and just beyond the window, and far jumps, at both ends of the numbers.
    private static readonly Gen<long> Step = Gen.OneOf(
        Gen.Long[-70, 70], Gen.Long[-4200, -3900], Gen.Long[3900, 4200], Gen.Long[-100_000, 100_000]);

    [Test]
    public void A_new_window_takes_any_number_once([Values(0UL, 1UL, 63UL, 64UL, 4095UL, 4096UL, ulong.MaxValue - 1, ulong.MaxValue)] ulong number)
    {
        ReplayWindow window = new();
        Assert.That(window.IsFresh(number), Is.True);
        Assert.That(window.TryMark(number), Is.True);
        Assert.That(window.IsFresh(number), Is.False);
        Assert.That(window.TryMark(number), Is.False);
    }

    [Test]
    public void It_answers_as_a_set_of_all_numbers_would_within_its_reach() =>
        Gen.Select(Gen.Int[0, 3].Select(static i => Starts[i]), Step.Array[1, 300]).Sample((start, steps) =>
        {
            ReplayWindow window = new();
            HashSet<ulong> seen = [];
            ulong highest = 0;
            ulong number = start;
            foreach (long step in steps)
            {
                number = Move(number, step);
                bool reachable = seen.Count == 0 || number > highest || (highest / 64) - (number / 64) < 64;
                bool expected = reachable && !seen.Contains(number);
                if (window.IsFresh(number) != expected || window.TryMark(number) != expected)
                {
                    return false;
                }

                seen.Add(number);
                highest = Math.Max(highest, number);
            }

            return true;
        });

    [Test]
    public void Every_number_within_reach_is_remembered_and_none_beyond_a_window_is_taken()
    {
        ReplayWindow window = new();
        const ulong Highest = 1_000_000;
        Assert.That(window.TryMark(Highest), Is.True);
        for (ulong back = 1; back <= (ulong)ReplayWindow.Reach; back++)
        {
            Assert.That(window.TryMark(Highest - back), Is.True, $"{back} behind");
            Assert.That(window.TryMark(Highest - back), Is.False, $"{back} behind, again");
        }

        Assert.That(window.IsFresh(Highest - 4096), Is.False);
        Assert.That(ReplayWindow.Reach, Is.GreaterThanOrEqualTo(2048));
    }

    // Saturates at both ends.
    private static ulong Move(ulong number, long step) => step < 0
        ? number - Math.Min(number, (ulong)-step)
        : number + Math.Min(ulong.MaxValue - number, (ulong)step);
}
