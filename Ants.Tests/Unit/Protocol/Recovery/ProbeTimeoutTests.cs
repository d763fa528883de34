using Ants.Protocol.Recovery;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Recovery;

[TestFixture]
internal sealed class ProbeTimeoutTests
{
    [Test]
    public void Nothing_is_due_while_nothing_waits()
    {
        SenderBench bench = new();
        Assert.That(bench.Recovery.Deadline, Is.Null);
        bench.Send(ackEliciting: false, inFlight: false);
        Assert.That(bench.Recovery.Deadline, Is.Null, "ACKs alone are not waited for.");
        Assert.That(bench.Timeout(), Is.EqualTo(TimeoutKind.None));
    }

    [Test]
    public void Without_a_sample_probes_go_after_1024_ms_then_twice_as_long_and_at_least_every_3_s()
    {
        SenderBench bench = new();
        bench.Send();
        foreach (double wait in (double[])[1024, 2048, 3000, 3000, 3000])
        {
            Assert.That(bench.DeadlineIn, Is.EqualTo(wait));
            Assert.That(bench.TimeoutAtDeadline(), Is.EqualTo(TimeoutKind.ProbeTimeout));
            bench.Send();
        }

        Assert.That(bench.Recovery.PtoCount, Is.EqualTo(5));
        Assert.That(bench.Fate.Lost, Is.Empty, "A probe timeout holds nothing lost (RFC 9002 section 6.2).");
    }

    [Test]
    public void With_a_sample_the_timeout_is_smoothed_plus_four_variances_plus_the_peers_delay()
    {
        SenderBench bench = new();
        bench.Measure(100);
        bench.Send();
        Assert.That(bench.DeadlineIn, Is.EqualTo(100 + (4 * 50) + 25));
    }

    [Test]
    public void A_deadline_that_has_not_come_does_nothing()
    {
        SenderBench bench = new();
        bench.Send();
        bench.Wait(1023);
        Assert.That(bench.Timeout(), Is.EqualTo(TimeoutKind.None));
        Assert.That(bench.Recovery.PtoCount, Is.Zero);
    }

    [Test]
    public void Steady_sending_does_not_put_the_timeout_off()
    {
        SenderBench bench = new();
        bench.Measure(100);
        for (int i = 0; i < 16; i++)
        {
            bench.Send(size: 50);
            bench.Wait(20);
        }

        Assert.That(bench.DeadlineIn, Is.EqualTo(325 - (16 * 20)));
    }

    [Test]
    public void Progress_puts_the_timeout_off()
    {
        SenderBench bench = new();
        bench.Measure(100);
        bench.Send();
        bench.Wait(50);
        bench.Send();
        bench.Wait(50);
        bench.Ack((1, 1));
        double once = bench.Recovery.ProbeTimeout.TotalMilliseconds;
        Assert.That(bench.DeadlineIn, Is.EqualTo(once), "From the ACK, not from packet 2.");
    }

    [Test]
    public void An_acknowledgement_ends_the_backoff()
    {
        SenderBench bench = new();
        bench.Send();
        bench.TimeoutAtDeadline();
        bench.Send();
        bench.TimeoutAtDeadline();
        Assert.That(bench.Recovery.PtoCount, Is.EqualTo(2));
        bench.Wait(10);
        bench.Ack((1, 1));
        Assert.That(bench.Recovery.PtoCount, Is.Zero);
    }

    [Test]
    public void An_acknowledgement_of_nothing_new_does_not_end_the_backoff()
    {
        SenderBench bench = new();
        bench.Measure(10);
        bench.Send();
        bench.TimeoutAtDeadline();
        bench.Ack((0, 0));
        Assert.That(bench.Recovery.PtoCount, Is.EqualTo(1));
    }

    [Test]
    public void Datagrams_outside_congestion_control_are_waited_for_too()
    {
        SenderBench bench = new();
        bench.Measure(100);
        bench.Send(inFlight: false);
        Assert.That(bench.DeadlineIn, Is.EqualTo(325));
        Assert.That((bench.Recovery.BytesInFlight, bench.Recovery.HasAckElicitingInFlight), Is.EqualTo((0, true)));
        bench.Ack((1, 1));
        Assert.That(bench.Recovery.Deadline, Is.Null);
    }

    [Test]
    public void Probes_may_exceed_the_window_and_count_against_it()
    {
        SenderBench bench = new();
        bench.SendMany(10);
        Assert.That(bench.Recovery.CanSend(bench.Now, SenderBench.PacketSize), Is.False);
        bench.TimeoutAtDeadline();
        bench.SendMany(2);
        Assert.That(bench.Recovery.BytesInFlight, Is.EqualTo(12 * SenderBench.PacketSize));
    }

    [Test]
    public void A_round_trip_beyond_the_cap_is_not_cut_to_it()
    {
        SenderBench bench = new();
        bench.Measure(50_000);
        bench.Send();
        Assert.That(bench.DeadlineIn, Is.EqualTo(150_025));
        bench.TimeoutAtDeadline();
        Assert.That(bench.DeadlineIn, Is.EqualTo(150_025));
    }

    [Test]
    public void The_oldest_frames_can_be_copied_without_being_held_lost()
    {
        SenderBench bench = new();
        bench.Send(ackEliciting: false, inFlight: false);
        bench.SendMany(4);
        List<SentFrame> frames = [];
        Assert.That(bench.Recovery.CollectOldest(2 * SenderBench.PacketSize, frames), Is.EqualTo(2));
        Assert.That(frames.Select(frame => frame.Id), Is.EqualTo(new[] { 1UL, 2UL }));
        frames.Clear();
        Assert.That(bench.Recovery.CollectOldest(1, frames), Is.EqualTo(1), "At least one packet.");
        Assert.That(bench.Recovery.BytesInFlight, Is.EqualTo(4 * SenderBench.PacketSize));
        bench.Ack((1, 4));
        Assert.That(bench.Fate.AckedIds, Is.EqualTo(new[] { 1UL, 2UL, 3UL, 4UL }));
    }
}
