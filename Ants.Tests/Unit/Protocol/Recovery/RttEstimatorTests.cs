using Ants.Protocol.Recovery;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Recovery;

[TestFixture]
internal sealed class RttEstimatorTests
{
    private static readonly TimeSpan s_promise = Ms(25);

    [Test]
    public void Before_any_sample_the_probe_timeout_follows_the_default_of_333_ms()
    {
        RttEstimator rtt = new();
        Assert.That(rtt.HasSample, Is.False);
        Assert.That(rtt.ProbeTimeout(s_promise), Is.EqualTo(Ms(333 + (4 * 166.5) + 25)));
    }

    [Test]
    public void A_known_round_trip_sets_the_first_timeout_without_being_a_sample()
    {
        RttEstimator rtt = new(Ms(40));
        Assert.That(rtt.HasSample, Is.False);
        Assert.That(rtt.ProbeTimeout(s_promise), Is.EqualTo(Ms(40 + 80 + 25)));
        rtt.Update(Ms(100), Ms(0), s_promise);
        Assert.That((rtt.Smoothed, rtt.Variance, rtt.Min), Is.EqualTo((Ms(100), Ms(50), Ms(100))));
    }

    [Test]
    public void The_first_sample_ignores_the_peers_delay()
    {
        RttEstimator rtt = new();
        rtt.Update(Ms(100), Ms(20), s_promise);
        Assert.That((rtt.Smoothed, rtt.Variance, rtt.Min, rtt.Latest), Is.EqualTo((Ms(100), Ms(50), Ms(100), Ms(100))));
    }

    [Test]
    public void Later_samples_are_smoothed_with_the_delay_taken_out()
    {
        RttEstimator rtt = new();
        rtt.Update(Ms(100), Ms(0), s_promise);
        rtt.Update(Ms(160), Ms(20), s_promise);
        Assert.That(rtt.Variance, Is.EqualTo(Ms(((3 * 50) + 40) / 4.0)));
        Assert.That(rtt.Smoothed, Is.EqualTo(Ms(((7 * 100) + 140) / 8.0)));
        Assert.That(rtt.Min, Is.EqualTo(Ms(100)));
    }

    [Test]
    public void No_more_delay_is_taken_out_than_the_peer_promised()
    {
        RttEstimator rtt = new();
        rtt.Update(Ms(100), Ms(0), s_promise);
        rtt.Update(Ms(200), Ms(90), s_promise);
        Assert.That(rtt.Smoothed, Is.EqualTo(Ms(((7 * 100) + 175) / 8.0)));
    }

    [Test]
    public void A_delay_that_would_leave_less_than_the_minimum_is_not_believed()
    {
        RttEstimator rtt = new();
        rtt.Update(Ms(100), Ms(0), s_promise);
        rtt.Update(Ms(110), Ms(20), s_promise);
        Assert.That(rtt.Smoothed, Is.EqualTo(Ms(((7 * 100) + 110) / 8.0)));
    }

    [Test]
    public void The_variance_never_counts_for_less_than_the_granularity()
    {
        RttEstimator rtt = new();
        for (int i = 0; i < 200; i++)
        {
            rtt.Update(Ms(10), Ms(0), s_promise);
        }

        Assert.That(rtt.ProbeTimeout(s_promise), Is.EqualTo(Ms(10 + 1 + 25)));
    }

    [Test]
    public void A_new_address_forgets_all_measurements()
    {
        RttEstimator rtt = new();
        rtt.Update(Ms(5), Ms(0), s_promise);
        rtt.Reset(Ms(80));
        Assert.That(rtt.HasSample, Is.False);
        Assert.That((rtt.Smoothed, rtt.Variance), Is.EqualTo((Ms(80), Ms(40))));
    }

    [Test]
    public void A_clock_that_steps_back_gives_a_round_trip_of_zero()
    {
        RttEstimator rtt = new();
        rtt.Update(Ms(-5), Ms(0), s_promise);
        Assert.That(rtt.Latest, Is.EqualTo(TimeSpan.Zero));
        Assert.That(rtt.LossDelay, Is.EqualTo(RttEstimator.Granularity));
    }

    private static TimeSpan Ms(double value) => TimeSpan.FromMilliseconds(value);
}
