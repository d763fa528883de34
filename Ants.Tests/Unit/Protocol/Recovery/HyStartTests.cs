using Ants.Protocol;
using Ants.Protocol.Recovery;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Recovery;

[TestFixture]
internal sealed class HyStartTests
{
    private HyStart _start = new();
    private double _now = 1;

    [SetUp]
    public void Begin()
    {
        _start = new HyStart();
        _now = 1;
    }

    [Test]
    public void While_round_trips_stay_the_window_grows_by_what_is_acknowledged()
    {
        for (int round = 0; round < 20; round++)
        {
            Assert.That(Round(40), Is.EqualTo(12_000));
        }

        Assert.That(_start.IsOver, Is.False);
    }

    [Test]
    public void When_they_grow_by_an_eighth_it_grows_by_a_quarter_for_five_rounds_and_then_ends()
    {
        Round(40);
        Round(40);
        Assert.That(Round(46), Is.LessThan(12_000), "from the eighth measurement on");
        for (int round = 2; round <= 5; round++)
        {
            Assert.That(Round(46), Is.EqualTo(3_000));
            Assert.That(_start.IsOver, Is.False, $"round {round}");
        }

        Round(46);
        Assert.That(_start.IsOver, Is.True);
    }

    [Test]
    public void When_they_shrink_again_it_was_a_fluctuation()
    {
        Round(40);
        Round(46);
        Assert.That(Round(46), Is.EqualTo(3_000));
        Round(40);
        Assert.That(Round(40), Is.EqualTo(12_000));
        Assert.That(_start.IsOver, Is.False);
    }

    [TestCase(4, 7.9, false)]
    [TestCase(4, 8.1, true)]
    [TestCase(200, 215, false)]
    [TestCase(200, 217, true)]
    public void The_growth_that_counts_is_four_to_sixteen_milliseconds(double before, double after, bool counts)
    {
        Round(before);
        Round(after);
        Assert.That(Round(after) == 3_000, Is.EqualTo(counts));
    }

    [Test]
    public void Fewer_than_eight_measurements_say_nothing()
    {
        Round(40, acks: 7);
        Round(80, acks: 7);
        Assert.That(Round(80, acks: 7), Is.EqualTo(8_400));
    }

    /// <summary>One round trip, of ten acknowledgements of one packet each; by how much the window grew.</summary>
    private int Round(double rttMs, int acks = 10)
    {
        Instant sent = Instant.Zero + TimeSpan.FromMilliseconds(_now);
        int grown = 0;
        for (int i = 0; i < acks; i++)
        {
            Instant now = Instant.Zero + TimeSpan.FromMilliseconds(_now + rttMs + (i * 0.1));
            grown += _start.OnAcked(now, 1200, sent, TimeSpan.FromMilliseconds(rttMs));
        }

        _now += rttMs + acks;
        return grown;
    }
}
