using System.Buffers;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Streams;

[TestFixture]
internal sealed class SendStreamTests
{
    [Test]
    public void Bytes_go_out_in_order_and_FIN_with_the_last()
    {
        StreamSet set = TestStreams.Set();
        ulong id = set.Open();
        set.Send(id, 2500, completed: true);
        List<(ulong Id, ulong Start, ulong End, bool Fin)> frames = Packet.AllFrom(set).Streams();
        Assert.That(frames, Has.Count.EqualTo(3));
        Assert.That(frames[1].Start, Is.EqualTo(frames[0].End));
        Assert.That(frames[2], Is.EqualTo((id, frames[1].End, 2500UL, true)));
        Assert.That(frames[1].Fin, Is.False);
    }

    [Test]
    public void A_FIN_after_the_last_byte_travels_alone()
    {
        StreamSet set = TestStreams.Set();
        ulong id = set.Open();
        set.Send(id, 10);
        Packet.AllFrom(set);
        set.Send(id, 10, completed: true);
        Assert.That(Packet.AllFrom(set).Streams(), Is.EqualTo(new[] { (id, 10UL, 10UL, true) }));
        Assert.That(set.HasPending, Is.False);
    }

    [Test]
    public void Lost_bytes_go_before_new_ones_and_acknowledged_ones_never_again()
    {
        StreamSet set = TestStreams.Set();
        ulong id = set.Open();
        set.Send(id, 6000, completed: true);
        Packet[] packets = [Packet.From(set)!, Packet.From(set)!, Packet.From(set)!];
        packets[1].AckAt(set);
        foreach (Packet packet in packets)
        {
            packet.LoseAt(set);
        }

        List<(ulong Id, ulong Start, ulong End, bool Fin)> again = Packet.AllFrom(set).Streams();
        var first = packets[..1].Streams()[0];
        var second = packets[1..2].Streams()[0];
        Assert.That((again[0].Start, again[0].End), Is.EqualTo((0UL, first.End)));
        Assert.That(again[1].Start, Is.EqualTo(second.End));
        Assert.That(again.Any(frame => frame.Start < second.End && frame.End > second.Start), Is.False);
        Assert.That(again[^1].Fin, Is.True);
    }

    [Test]
    public void Acknowledgements_out_of_order_let_go_only_of_the_contiguous_start()
    {
        StreamSet set = TestStreams.Set();
        ulong id = set.Open();
        set.Send(id, 3000);
        List<Packet> packets = Packet.AllFrom(set);
        packets[1].AckAt(set);
        Assert.That(set.Events(), Is.Empty);
        packets[0].AckAt(set);
        packets[0].AckAt(set);
        ulong end = packets.Streams()[1].End;
        Assert.That(set.Events(), Is.EqualTo(new[] { new StreamEvent(StreamEventKind.Acked, id, end) }));
        packets[2].AckAt(set);
        Assert.That(set.Events(), Is.EqualTo(new[] { new StreamEvent(StreamEventKind.Acked, id, 3000) }));
    }

    [Test]
    public void A_lost_FIN_is_sent_again_and_its_acknowledgement_ends_the_stream()
    {
        StreamSet set = TestStreams.Set();
        ulong id = set.Open();
        set.Send(id, 100, completed: true);
        Packet packet = Packet.From(set)!;
        packet.LoseAt(set);
        Packet copy = Packet.From(set)!;
        Assert.That(copy.Notes, Is.EqualTo(packet.Notes));
        copy.AckAt(set);
        packet.LoseAt(set);
        Assert.That(set.HasPending, Is.False);
        Assert.That(set.Events().Select(e => e.Kind), Is.EqualTo(new[] { StreamEventKind.Acked, StreamEventKind.SendFinished }));
    }

    [Test]
    public void A_reset_replaces_everything_and_tells_how_much_was_sent()
    {
        StreamSet set = TestStreams.Set();
        ulong id = set.Open();
        set.Send(id, 5000, completed: true);
        Packet first = Packet.From(set)!;
        set.Reset(id, 77);
        first.LoseAt(set);
        List<Packet> packets = Packet.AllFrom(set);
        ulong sent = new[] { first }.Streams()[0].End;
        Assert.That(packets.Numbers(), Is.EqualTo(new[] { new NumberFrame(FrameType.ResetStream, id, 77, sent) }));
        Assert.That(packets.Streams(), Is.Empty);
        packets[0].LoseAt(set);
        Assert.That(Packet.AllFrom(set).Numbers(), Has.Count.EqualTo(1));
        packets[0].AckAt(set);
        packets[0].LoseAt(set);
        Assert.That(set.HasPending, Is.False);
    }

    [Test]
    public void STOP_SENDING_is_answered_with_a_reset_of_the_same_code()
    {
        StreamSet set = TestStreams.Set();
        ulong id = set.Open();
        set.Send(id, 100);
        Packet.AllFrom(set);
        Assert.That(set.Receive(FrameType.StopSending, id, 5).IsNone, Is.True);
        Assert.That(set.Receive(FrameType.StopSending, id, 6).IsNone, Is.True);
        Assert.That(set.Events(), Is.EqualTo(new[] { new StreamEvent(StreamEventKind.StopSending, id, 5) }));
        Assert.That(Packet.AllFrom(set).Numbers(), Is.EqualTo(new[] { new NumberFrame(FrameType.ResetStream, id, 5, 100) }));
    }

    [Test]
    public void Memory_that_was_replaced_is_not_touched_again()
    {
        StreamSet set = TestStreams.Set(), peer = TestStreams.Set(even: false);
        ulong id = set.Open();
        var buffer = new LentBuffer(TestStreams.At);
        var destination = new CheckedDestination(TestStreams.At);
        buffer.Append(5000);
        set.SetBuffer(id, 0, buffer.Lend(), completed: false);
        Packet lost = Packet.From(set)!, arrived = Packet.From(set)!;
        lost.DeliverTo(peer);
        peer.Attach(id, destination);
        lost.AckAt(set);
        arrived.LoseAt(set);
        buffer.Advance(set.Events()[^1].Value);
        buffer.Append(700);
        set.SetBuffer(id, buffer.Start, buffer.Lend(), completed: true);
        Packet.AllFrom(set).ForEach(packet => Assert.That(packet.DeliverTo(peer).IsNone, Is.True));
        Assert.That(destination.Count, Is.EqualTo(5700));
    }

    [Test]
    public void A_buffer_that_forgets_or_goes_on_after_its_end_is_refused()
    {
        StreamSet set = TestStreams.Set();
        ulong id = set.Open();
        set.Send(id, 100);
        Assert.That(() => set.Send(id, 99), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => set.SetBuffer(id, 1, new ReadOnlySequence<byte>(new byte[200]), false), Throws.InstanceOf<ArgumentOutOfRangeException>());
        set.Send(id, 100, completed: true);
        Assert.That(() => set.Send(id, 101, completed: true), Throws.InvalidOperationException);
        Assert.That(() => set.Send(id, 100), Throws.InvalidOperationException);
    }

    [Test]
    public void A_stream_waits_at_its_limit_and_says_so_once_per_limit()
    {
        StreamSet set = TestStreams.Set(peer: StreamLimits.Default with { StreamBytes = 1000 });
        ulong id = set.Open();
        set.Send(id, 3000);
        List<Packet> packets = Packet.AllFrom(set);
        Assert.That(packets.Streams()[^1].End, Is.EqualTo(1000));
        Assert.That(packets.Numbers(), Is.EqualTo(new[] { new NumberFrame(FrameType.StreamDataBlocked, id, 1000) }));
        set.Receive(FrameType.MaxStreamData, id, 999);
        Assert.That(set.HasPending, Is.False);
        set.Receive(FrameType.MaxStreamData, id, 3000);
        packets[^1].LoseAt(set);
        packets = Packet.AllFrom(set);
        Assert.That(packets.Streams()[^1].End, Is.EqualTo(3000));
        Assert.That(packets.Numbers(), Is.Empty);
    }
}
