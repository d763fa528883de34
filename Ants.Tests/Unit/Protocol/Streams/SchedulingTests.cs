using Ants.Protocol.Recovery;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Streams;

[TestFixture]
internal sealed class SchedulingTests
{
    [Test]
    public void Streams_take_turns_of_some_packets()
    {
        StreamSet set = TestStreams.Set();
        ulong[] ids = [set.Open(), set.Open(), set.Open()];
        foreach (ulong id in ids)
        {
            set.Send(id, 400_000);
        }

        var sent = new Dictionary<ulong, ulong>();
        for (int i = 0; i < 200; i++)
        {
            (ulong id, ulong start, ulong end, _) = new[] { Packet.From(set)! }.Streams()[0];
            sent[id] = sent.GetValueOrDefault(id) + end - start;
        }

        Assert.That(sent.Values.Max() - sent.Values.Min(), Is.LessThan((16 * 1024) + 1200));
    }

    [Test]
    public void A_short_stream_is_not_held_up_by_a_long_one()
    {
        StreamSet set = TestStreams.Set();
        set.Send(set.Open(), 200_000);
        for (int i = 0; i < 10; i++)
        {
            Packet.From(set);
        }

        ulong late = set.Open();
        set.Send(late, 50, completed: true);
        List<Packet> next = [Packet.From(set)!, Packet.From(set)!];
        Assert.That(next.Streams(), Has.Some.EqualTo((late, 0UL, 50UL, true)));
    }

    [Test]
    public void Short_streams_share_a_packet()
    {
        StreamSet set = TestStreams.Set();
        for (int i = 0; i < 5; i++)
        {
            set.Send(set.Open(), 100, completed: true);
        }

        Assert.That(Packet.AllFrom(set), Has.Count.EqualTo(1));
    }

    [Test]
    public void Frames_about_limits_go_before_bytes()
    {
        StreamSet set = TestStreams.Set(new StreamLimits(4, 1000, 1000));
        set.Receive(1, 0, 1000);
        set.Attach(1, new CheckedDestination(TestStreams.At));
        set.Send(1, 50_000);
        set.Consumed(1, 1000, default, TestStreams.Rtt);
        Assert.That(
            Packet.From(set)!.Notes.Select(note => note.Kind),
            Is.EqualTo(new[] { SentFrameKind.MaxData, SentFrameKind.MaxStreamData, SentFrameKind.StreamData }));
    }

    [Test]
    public void At_the_limit_of_the_session_only_lost_bytes_go_out_and_the_peer_hears_why()
    {
        StreamSet set = TestStreams.Set(peer: StreamLimits.Default with { SessionBytes = 3000 });
        ulong first = set.Open(), second = set.Open();
        set.Send(first, 2000);
        set.Send(second, 2000);
        List<Packet> packets = Packet.AllFrom(set);
        Assert.That(packets.Streams().Sum(frame => (int)(frame.End - frame.Start)), Is.EqualTo(3000));
        Assert.That(packets.Numbers(), Is.EqualTo(new[] { new NumberFrame(FrameType.DataBlocked, 3000) }));
        packets[0].LoseAt(set);
        Assert.That(Packet.AllFrom(set).Streams().Sum(frame => (int)(frame.End - frame.Start)), Is.EqualTo((int)packets[..1].Streams().Sum(f => (long)(f.End - f.Start))));
        set.Receive(FrameType.MaxData, 10_000);
        Assert.That(Packet.AllFrom(set).Streams().Sum(frame => (int)(frame.End - frame.Start)), Is.EqualTo(1000));
    }

    [Test]
    public void A_lost_limit_is_sent_again_and_an_outdated_one_is_not()
    {
        StreamSet set = TestStreams.Set(new StreamLimits(4, 1000, 1000));
        set.Receive(1, 0, 1000);
        set.Attach(1, new CheckedDestination(TestStreams.At));
        set.Consumed(1, 500, default, TestStreams.Rtt);
        Packet old = Packet.From(set)!;
        old.LoseAt(set);
        Assert.That(Packet.AllFrom(set).Numbers(), Is.EqualTo(new[]
        {
            new NumberFrame(FrameType.MaxData, 1500), new NumberFrame(FrameType.MaxStreamData, 1, 1500),
        }));
        set.Consumed(1, 500, default, TestStreams.Rtt);
        Packet newer = Packet.From(set)!;
        old.LoseAt(set);
        Assert.That(set.HasPending, Is.False);
        newer.AckAt(set);
        newer.LoseAt(set);
        Assert.That(set.HasPending, Is.False);
    }

    [Test]
    public void A_packet_without_room_gets_nothing()
    {
        StreamSet set = TestStreams.Set();
        set.Send(set.Open(), 100);
        Assert.That(Packet.From(set, size: 3), Is.Null);
        Assert.That(set.HasPending, Is.True);
    }

    [Test]
    public void A_copy_is_sent_without_a_loss_and_either_acknowledgement_settles_it()
    {
        StreamSet set = TestStreams.Set();
        set.Send(set.Open(), 500, completed: true);
        Packet packet = Packet.From(set)!;
        foreach (SentFrame note in packet.Notes)
        {
            set.Requeue(note);
        }

        Packet copy = Packet.From(set)!;
        Assert.That(copy.Bytes, Is.EqualTo(packet.Bytes));
        packet.AckAt(set);
        copy.LoseAt(set);
        Assert.That(set.HasPending, Is.False);
    }
}
