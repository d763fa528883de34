using Ants.Protocol.Recovery;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Recovery;

[TestFixture]
internal sealed class LossDetectionTests
{
    [Test]
    public void Three_later_packets_make_one_lost()
    {
        SenderBench bench = new();
        bench.SendMany(5);
        bench.Wait(10);
        Assert.That(bench.Ack((2, 2)).Lost, Is.Zero);
        Assert.That(bench.Ack((2, 3)).Lost, Is.EqualTo(1));
        Assert.That(bench.Fate.LostIds, Is.EqualTo(new[] { 0UL }));
        Assert.That(bench.Ack((2, 4)).Lost, Is.EqualTo(1));
        Assert.That(bench.Fate.LostIds, Is.EqualTo(new[] { 0UL, 1UL }));
        Assert.That(bench.Recovery.BytesInFlight, Is.Zero);
    }

    [Test]
    public void Nine_eighths_of_a_round_trip_make_an_overtaken_packet_lost()
    {
        SenderBench bench = new();
        bench.SendMany(2);
        bench.Wait(80);
        bench.Ack((1, 1));
        Assert.That(bench.Fate.Lost, Is.Empty);
        Assert.That(bench.DeadlineIn, Is.EqualTo(10));
        Assert.That(bench.TimeoutAtDeadline(), Is.EqualTo(TimeoutKind.Loss));
        Assert.That(bench.Fate.LostIds, Is.EqualTo(new[] { 0UL }));
        Assert.That(bench.Recovery.PtoCount, Is.Zero);
        Assert.That(bench.Recovery.Deadline, Is.Null);
    }

    [Test]
    public void A_packet_that_nothing_overtook_is_never_lost_by_time()
    {
        SenderBench bench = new();
        bench.Measure(80);
        bench.SendMany(1);
        bench.Wait(10_000);
        Assert.That(bench.Timeout(), Is.EqualTo(TimeoutKind.ProbeTimeout));
        Assert.That(bench.Fate.Lost, Is.Empty);
    }

    [Test]
    public void A_late_ack_of_a_lost_packet_is_recognised()
    {
        SenderBench bench = new();
        bench.SendMany(4);
        bench.Wait(10);
        bench.Ack((3, 3));
        Assert.That(bench.Fate.LostIds, Is.EqualTo(new[] { 0UL }));
        int window = bench.Congestion.Window;
        AckOutcome late = bench.Ack((0, 3));
        Assert.That((late.Packets, late.Spurious), Is.EqualTo((3, 1)));
        Assert.That(bench.Fate.AckedIds, Is.EquivalentTo(new[] { 0UL, 1UL, 2UL, 3UL }));
        Assert.That(bench.Recovery.BytesInFlight, Is.Zero);
        Assert.That(bench.Congestion.Window, Is.EqualTo(window));
        Assert.That(bench.Ack((0, 3)), Is.EqualTo(default(AckOutcome)), "Once only.");
    }

    [Test]
    public void A_path_that_reorders_is_given_more_room()
    {
        SenderBench bench = new();
        bench.SendMany(6);
        bench.Wait(10);
        bench.Ack((5, 5));
        bench.Ack((0, 5));
        bench.Fate.Lost.Clear();
        bench.SendMany(6);
        bench.Wait(5);
        bench.Ack((11, 11), (0, 5));
        Assert.That(bench.Fate.Lost, Is.Empty, "Five later packets were seen to mean nothing here.");
        bench.Send();
        bench.Ack((11, 12), (0, 5));
        Assert.That(bench.Fate.LostIds, Is.EqualTo(new[] { 6UL }));
    }

    [Test]
    public void A_lost_packet_is_forgotten_in_the_end()
    {
        SenderBench bench = new();
        bench.SendMany(4);
        bench.Wait(10);
        bench.Ack((1, 3));
        Assert.That(bench.Pool.Rented, Is.EqualTo(1), "Remembered in case its ACK is late.");
        bench.Wait(2 * bench.Recovery.ProbeTimeout.TotalMilliseconds);
        bench.Measure(10);
        bench.Wait(1);
        bench.Measure(10);
        Assert.That(bench.Pool.Rented, Is.Zero);
        Assert.That(bench.Ack((0, 4)).Packets, Is.Zero);
    }

    [Test]
    public void A_loss_cuts_the_window_once_however_many_packets_it_took()
    {
        SenderBench bench = new();
        bench.SendMany(10);
        bench.Wait(10);
        bench.Ack((8, 8));
        Assert.That(bench.Fate.Lost, Has.Count.EqualTo(6));
        bench.Ack((8, 9));
        Assert.That(bench.Congestion.Window, Is.EqualTo(6_000));
    }

    [Test]
    public void Packets_outside_congestion_control_and_size_probes_never_cut_the_window()
    {
        SenderBench bench = new();
        bench.SendMany(1);
        bench.Send(inFlight: false);
        bench.Send(mtuProbe: true);
        bench.SendMany(3);
        bench.Wait(10);
        bench.Ack((3, 5), (0, 0));
        Assert.That(bench.Fate.LostIds, Is.EqualTo(new[] { 1UL, 2UL }));
        Assert.That(bench.Congestion.Window, Is.GreaterThanOrEqualTo(12_000));
        Assert.That(bench.Congestion.InSlowStart, Is.True);
        Assert.That(bench.Recovery.BytesInFlight, Is.Zero);
    }

    [Test]
    public void A_failed_path_reports_everything_lost_once_and_understands_late_acks()
    {
        SenderBench bench = new();
        bench.Measure(10);
        bench.SendMany(5);
        bench.TimeoutAtDeadline();
        bench.Recovery.ForgetAll(bench.Now, SenderBench.Path, bench.Fate);
        bench.Recovery.ForgetAll(bench.Now, SenderBench.Path, bench.Fate);
        Assert.That(bench.Fate.LostIds, Is.EqualTo(new[] { 1UL, 2UL, 3UL, 4UL, 5UL }));
        Assert.That((bench.Recovery.BytesInFlight, bench.Recovery.Deadline, bench.Recovery.PtoCount), Is.EqualTo((0, default(Ants.Protocol.Instant?), 0)));
        Assert.That(bench.Ack((4, 5)).Spurious, Is.EqualTo(2));
        Assert.That(bench.Fate.AckedIds, Is.EqualTo(new[] { 4UL, 5UL }));
        bench.Recovery.Release();
        Assert.That(bench.Pool.Rented, Is.Zero);
    }
}
