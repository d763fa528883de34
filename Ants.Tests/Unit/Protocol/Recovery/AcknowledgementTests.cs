using Ants.Protocol.Recovery;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Recovery;

[TestFixture]
internal sealed class AcknowledgementTests
{
    [Test]
    public void An_ack_of_a_packet_never_sent_is_refused()
    {
        SenderBench bench = new();
        Assert.That(bench.TryAck(out _, (0, 0)), Is.False);
        bench.Send();
        Assert.That(bench.TryAck(out _, (0, 1)), Is.False);
        Assert.That(bench.Fate.Acked, Is.Empty);
        Assert.That(bench.TryAck(out _, (0, 0)), Is.True);
    }

    [Test]
    public void An_ack_of_a_number_left_out_is_refused()
    {
        SenderBench bench = new();
        bench.Send();
        bench.Recovery.SkipPacketNumber();
        Assert.That(bench.Send(), Is.EqualTo(2));
        Assert.That(bench.TryAck(out _, (0, 2)), Is.False);
        Assert.That(bench.TryAck(out _, (2, 2), (0, 0)), Is.True);
        Assert.That(bench.Fate.AckedIds, Is.EquivalentTo(new[] { 0UL, 2UL }));
    }

    [Test]
    public void An_ack_reports_each_frame_once()
    {
        SenderBench bench = new();
        bench.SendMany(3);
        bench.Wait(10);
        AckOutcome outcome = bench.Ack((0, 1));
        Assert.That((outcome.Packets, outcome.Bytes, outcome.Largest, outcome.AckEliciting), Is.EqualTo((2, 2400, 1UL, true)));
        Assert.That(bench.Ack((0, 1)), Is.EqualTo(default(AckOutcome)));
        Assert.That(bench.Fate.AckedIds, Is.EqualTo(new[] { 0UL, 1UL }));
        Assert.That(bench.Recovery.BytesInFlight, Is.EqualTo(1200));
    }

    [Test]
    public void Only_acks_on_the_same_path_measure_it()
    {
        SenderBench bench = new();
        bench.SendMany(2);
        bench.Wait(30);
        Assert.That(bench.TryAck(TimeSpan.Zero, sampleRtt: false, out AckOutcome other, (0, 0)), Is.True);
        Assert.That((other.Packets, other.RttSampled, bench.Rtt.HasSample), Is.EqualTo((1, false, false)));
        Assert.That(bench.Ack((0, 1)).RttSampled, Is.True);
        Assert.That(bench.Rtt.Latest, Is.EqualTo(TimeSpan.FromMilliseconds(30)));
    }

    [Test]
    public void Only_a_largest_number_newly_acknowledged_measures_the_path()
    {
        SenderBench bench = new();
        bench.SendMany(2);
        bench.Wait(30);
        bench.Ack((1, 1));
        bench.Wait(5);
        Assert.That(bench.Ack((0, 1)).RttSampled, Is.False);
        Assert.That(bench.Rtt.Latest, Is.EqualTo(TimeSpan.FromMilliseconds(30)));
    }

    [Test]
    public void A_packet_with_only_an_ack_measures_the_path_beside_one_that_asked()
    {
        SenderBench bench = new();
        bench.Send();
        bench.Wait(10);
        bench.Send(ackEliciting: false, inFlight: false);
        bench.Wait(30);
        Assert.That(bench.Ack((0, 1)).RttSampled, Is.True);
        Assert.That(bench.Rtt.Latest, Is.EqualTo(TimeSpan.FromMilliseconds(30)), "From the largest, which the peer's delay is about.");
        Assert.That(bench.Fate.Acked.Select(frame => frame.Kind), Is.EqualTo(new[] { SentFrameKind.StreamData, SentFrameKind.Ack }));
    }

    [Test]
    public void A_packet_with_only_an_ack_does_not_measure_the_path_alone()
    {
        SenderBench bench = new();
        bench.Send(ackEliciting: false, inFlight: false);
        bench.Wait(30);
        Assert.That(bench.Ack((0, 0)).RttSampled, Is.False);
    }

    [Test]
    public void Packets_with_only_acks_do_not_pile_up()
    {
        SenderBench bench = new();
        for (int i = 0; i < 1000; i++)
        {
            bench.Send(ackEliciting: false, inFlight: false);
        }

        Assert.That(bench.Pool.Rented, Is.LessThanOrEqualTo(64));
        bench.Send();
        bench.Ack((1000, 1000));
        Assert.That(bench.Pool.Rented, Is.Zero, "An ACK leaves nothing older to wait for.");
        Assert.That(bench.Fate.Lost, Is.Empty);
    }

    [Test]
    public void The_number_is_long_enough_for_twice_what_is_unacknowledged()
    {
        SenderBench bench = new();
        Assert.That(bench.Recovery.PacketNumberLength, Is.EqualTo(1));
        SendAt(bench, 127);
        Assert.That(bench.Recovery.PacketNumberLength, Is.EqualTo(2));

        // RFC 9000 appendix A.2: with 0xabe8b3 acknowledged, 0xac5c02 takes 16 bits and 0xace8fe takes 18.
        SendAt(bench, 0xabe8b3);
        bench.Ack((0xabe8b3, 0xabe8b3));
        SendAt(bench, 0xac5c01);
        Assert.That(bench.Recovery.PacketNumberLength, Is.EqualTo(2));
        SendAt(bench, 0xace8fd);
        Assert.That(bench.Recovery.PacketNumberLength, Is.EqualTo(3));
    }

    [Test]
    public void A_number_is_never_used_twice()
    {
        SenderBench bench = new();
        bench.SendMany(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => SendAt(bench, 2));
    }

    [Test]
    public void On_a_new_address_old_packets_are_acknowledged_but_measure_nothing()
    {
        SenderBench bench = new();
        bench.Measure(100);
        bench.SendMany(2);
        bench.Wait(10);
        bench.Recovery.OnAddressChanged(bench.Now, TimeSpan.FromMilliseconds(20));
        bench.Wait(10);
        bench.Send();
        Assert.That(bench.Ack((1, 2)).RttSampled, Is.False);
        Assert.That(bench.Rtt.HasSample, Is.False);
        bench.Wait(30);
        Assert.That(bench.Ack((1, 3)).RttSampled, Is.True);
        Assert.That(bench.Rtt.Latest, Is.EqualTo(TimeSpan.FromMilliseconds(30)));
    }

    private static void SendAt(SenderBench bench, ulong number)
    {
        SentPacket packet = bench.Pool.Rent(bench.Now);
        packet.Number = number;
        packet.AckEliciting = packet.InFlight = true;
        bench.Recovery.OnSent(bench.Now, packet);
    }
}
