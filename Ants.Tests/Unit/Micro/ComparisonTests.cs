using Ants.Bench.Micro.Comparing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Micro;

/// <summary>When a benchmark counts as dearer than it was.</summary>
public class ComparisonTests
{
    [Test]
    public void Times_are_compared_in_units_of_the_yardstick_of_their_own_run()
    {
        // The machine takes twice as long for code and as long as it did for ciphers.
        FigureSet before = Set(cipher: 100, code: 100, new Figure("Code", 10, 0), new Figure("Cipher", 10, 0, IsCipher: true));
        FigureSet now = Set(cipher: 100, code: 200, new Figure("Code", 20, 0), new Figure("Cipher", 20, 0, IsCipher: true));

        Comparison[] all = [.. Comparison.All(now, before)];

        Assert.That(all.Select(comparison => (comparison.Now.Name, comparison.Time)), Is.EqualTo(new[] { ("Code", (double?)1), ("Cipher", (double?)2) }));
        Assert.That(all.Select(comparison => comparison.IsMissed), Is.EqualTo(new[] { false, true }));
    }

    [TestCase(Comparison.MostTime, false)]
    [TestCase(Comparison.MostTime + 0.001, true)]
    [TestCase(0.1, false)]
    public void Only_what_takes_longer_than_noise_explains_is_slower(double ratio, bool slower) =>
        Assert.That(One(new Figure("One", 1000, 0), new Figure("One", 1000 * ratio, 0)).IsSlower, Is.EqualTo(slower));

    [TestCase(0, 16, false)]
    [TestCase(0, 17, true)]
    [TestCase(10_000, 10_516, false)]
    [TestCase(10_000, 10_517, true)]
    [TestCase(10_000, 1, false)]
    public void Allocations_count_beyond_a_twentieth_and_sixteen_bytes(long before, long now, bool more)
    {
        Comparison comparison = One(new Figure("One", 1, before), new Figure("One", 1, now));

        Assert.That((comparison.AllocatesMore, comparison.IsMissed), Is.EqualTo((more, more)));
    }

    [Test]
    public void What_the_baseline_does_not_know_is_new_and_never_missed()
    {
        Comparison comparison = Comparison.All(Set(1, 1, new Figure("New", 1e9, 1_000_000)), Set(1, 1)).Single();

        Assert.That((comparison.Time, comparison.AllocatedBefore, comparison.IsMissed), Is.EqualTo(((double?)null, (long?)null, false)));
    }

    [Test]
    public void Of_two_measurements_the_lesser_time_and_the_lesser_allocations_stand() =>
        Assert.That(new Figure("One", 10, 7).Best(new Figure("One", 12, 5)), Is.EqualTo(new Figure("One", 10, 5)));

    private static Comparison One(Figure before, Figure now) => Comparison.All(Set(1, 1, now), Set(1, 1, before)).Single();

    private static FigureSet Set(double cipher, double code, params Figure[] figures) =>
        new(figures.ToDictionary(figure => figure.Name), cipher, code);
}
