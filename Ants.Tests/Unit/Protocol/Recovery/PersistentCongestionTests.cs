using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Recovery;

[TestFixture]
internal sealed class PersistentCongestionTests
{
    private const int Least = 2 * SenderBench.PacketSize;

    // After one sample of 100 ms, and another when the last packet is acknowledged at once, the probe timeout is below
    // 400 ms and three of them below 1,200.
    private const double Long = 1300, Short = 500;

    [Test]
    public void Losses_over_more_than_three_probe_timeouts_leave_the_least_window()
    {
        SenderBench bench = Lose(Long);
        Assert.That(bench.Fate.LostIds, Is.EqualTo(new[] { 1UL, 2UL }));
        Assert.That(bench.Congestion.Window, Is.EqualTo(Least + SenderBench.PacketSize), "The ACK itself counts for slow start.");
        Assert.That(bench.Congestion.InSlowStart, Is.True);
    }

    [Test]
    public void The_least_round_trip_is_then_measured_anew()
    {
        SenderBench bench = Lose(2 * Long, lastRoundTrip: 300);
        Assert.That(bench.Rtt.Min.TotalMilliseconds, Is.EqualTo(300));
    }

    [Test]
    public void Losses_over_less_are_ordinary_congestion()
    {
        SenderBench bench = Lose(Short);
        Assert.That(bench.Fate.LostIds, Is.EqualTo(new[] { 1UL, 2UL }));
        Assert.That(bench.Congestion.InSlowStart, Is.False);
    }

    [Test]
    public void Losses_before_the_first_sample_prove_nothing()
    {
        SenderBench bench = new();
        bench.Send();
        bench.Wait(10_000);
        bench.Send();
        bench.Wait(10);
        bench.SendMany(3);
        bench.Ack((4, 4));
        Assert.That(bench.Fate.Lost, Has.Count.EqualTo(2));
        Assert.That(bench.Congestion.InSlowStart, Is.False);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void An_acknowledged_packet_between_the_losses_disproves_it(bool ackEliciting)
    {
        SenderBench bench = new();
        bench.Measure(100);
        bench.Wait(1);
        bench.Send();
        bench.Wait(Long / 2);
        ulong between = bench.Send(ackEliciting, inFlight: ackEliciting);
        bench.Wait(Long / 2);
        bench.SendMany(4);
        bench.Wait(10);
        bench.Ack((6, 6), (between, between));
        Assert.That(bench.Fate.LostIds, Is.EqualTo(new[] { 1UL, 3UL }));
        Assert.That(bench.Congestion.InSlowStart, Is.False);
    }

    [Test]
    public void Packets_that_congestion_control_does_not_count_neither_begin_nor_end_it()
    {
        SenderBench bench = new();
        bench.Measure(100);
        bench.Wait(1);
        bench.Send(inFlight: false);
        bench.Wait(Long);
        bench.Send();
        bench.SendMany(3);
        bench.Wait(10);
        bench.Ack((5, 5));
        Assert.That(bench.Fate.LostIds, Is.EqualTo(new[] { 1UL, 2UL }));
        Assert.That(bench.Congestion.InSlowStart, Is.False);
    }

    /// <summary>Two packets this far apart, and then three of which the last arrives.</summary>
    private static SenderBench Lose(double apart, double lastRoundTrip = 100)
    {
        SenderBench bench = new();
        bench.Measure(100);
        bench.Wait(1);
        bench.Send();
        bench.Wait(apart);
        bench.SendMany(4);
        bench.Wait(lastRoundTrip);
        bench.Ack((5, 5));
        if (bench.Fate.Lost.Count < 2)
        {
            bench.TimeoutAtDeadline();
        }

        return bench;
    }
}
