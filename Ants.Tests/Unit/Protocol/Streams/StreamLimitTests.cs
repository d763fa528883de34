using Ants.Protocol;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Streams;

[TestFixture]
internal sealed class StreamLimitTests
{
    private static readonly StreamLimits Four = StreamLimits.Default with { Streams = 4 };

    [Test]
    public void Ids_step_by_two_from_the_parity_of_the_end()
    {
        StreamSet even = TestStreams.Set(), odd = TestStreams.Set(even: false);
        Assert.That((even.Open(), even.Open(), odd.Open(), odd.Open()), Is.EqualTo((0UL, 2UL, 1UL, 3UL)));
    }

    [Test]
    public void A_stream_opens_those_below_it()
    {
        StreamSet set = TestStreams.Set();
        set.Receive(5, 0, 1);
        Assert.That(set.Events(), Is.EqualTo(new ulong[] { 1, 3, 5 }.Select(id => new StreamEvent(StreamEventKind.Opened, id))));
        set.Receive(3, 0, 1);
        Assert.That(set.Events(), Is.Empty);
    }

    [Test]
    public void More_streams_than_allowed_are_an_error_and_open_nothing()
    {
        StreamSet set = TestStreams.Set(Four);
        Assert.That(set.Receive(9, 0, 1).Code(), Is.EqualTo(SessionErrorCode.StreamLimit));
        Assert.That(set.Receive(FrameType.StreamDataBlocked, (1UL << 62) - 1).Code(), Is.EqualTo(SessionErrorCode.StreamLimit));
        Assert.That((set.Events().Count, set.Count), Is.EqualTo((0, 0)));
        Assert.That(set.Receive(7, 0, 1).IsNone, Is.True);
    }

    [TestCase(FrameType.ResetStream)]
    [TestCase(FrameType.StopSending)]
    [TestCase(FrameType.MaxStreamData)]
    [TestCase(FrameType.StreamDataBlocked)]
    public void A_frame_for_a_stream_that_this_end_never_opened_is_an_error(FrameType type)
    {
        StreamSet set = TestStreams.Set();
        set.Open();
        Assert.That(set.Receive(type, 0).IsNone, Is.True);
        Assert.That(set.Receive(type, 2).Code(), Is.EqualTo(SessionErrorCode.StreamState));
        Assert.That(set.Receive(2, 0, 1).Code(), Is.EqualTo(SessionErrorCode.StreamState));
    }

    [TestCase(FrameType.MaxStreams)]
    [TestCase(FrameType.StreamsBlocked)]
    public void A_count_of_streams_that_ids_cannot_express_is_an_error(FrameType type)
    {
        StreamSet set = TestStreams.Set();
        Assert.That(set.Receive(type, 1UL << 61).IsNone, Is.True);
        Assert.That(set.Receive(type, (1UL << 61) + 1).Code(), Is.EqualTo(SessionErrorCode.FrameEncoding));
    }

    [Test]
    public void Opening_stops_at_the_peers_limit_and_goes_on_when_it_is_raised()
    {
        StreamSet set = TestStreams.Set(peer: Four with { Streams = 1 });
        set.Open();
        Assert.That(set.TryOpen(out _), Is.False);
        Assert.That(Packet.AllFrom(set).Numbers(), Is.EqualTo(new[] { new NumberFrame(FrameType.StreamsBlocked, 1) }));
        set.Receive(FrameType.MaxStreams, 1);
        Assert.That(set.Events(), Is.Empty);
        set.Receive(FrameType.MaxStreams, 2);
        Assert.That(set.Events(), Is.EqualTo(new[] { new StreamEvent(StreamEventKind.CanOpen, 0) }));
        Assert.That(set.Open(), Is.EqualTo(2));
    }

    [Test]
    public void Streams_opened_too_early_wait_unheard_of_until_the_peer_allows_them()
    {
        var set = new StreamSet(opensEven: true, Four);
        ulong[] ids = [set.Open(), set.Open(), set.Open(), set.Open()];
        Assert.That(set.TryOpen(out _), Is.False);
        foreach (ulong id in ids)
        {
            set.Send(id, 10);
        }

        set.Reset(ids[3], 1);
        set.StopSending(ids[3], 1);
        Assert.That(set.HasPending, Is.False);
        set.ApplyPeerLimits(Four with { Streams = 2 });
        List<Packet> packets = Packet.AllFrom(set);
        Assert.That(packets.Streams().Select(frame => frame.Id), Is.EquivalentTo(ids[..2]));
        Assert.That(packets.Numbers().Select(frame => frame.Type), Is.EqualTo(new[] { FrameType.StreamsBlocked }));
        set.Receive(FrameType.MaxStreams, 4);
        packets = Packet.AllFrom(set);
        Assert.That(packets.Streams().Select(frame => frame.Id), Is.EqualTo(ids[2..3]));
        Assert.That(packets.Numbers(), Is.EquivalentTo(new[]
        {
            new NumberFrame(FrameType.StreamsBlocked, 4), // the attempt that was refused
            new NumberFrame(FrameType.ResetStream, ids[3], 1, 0),
            new NumberFrame(FrameType.StopSending, ids[3], 1),
        }));
    }

    [Test]
    public void Closed_streams_are_forgotten_their_late_frames_ignored_and_new_ones_allowed()
    {
        StreamSet set = TestStreams.Set(Four);
        for (ulong id = 1; id < 400; id += 2)
        {
            Assert.That(set.Receive(id, 0, 10, fin: true).IsNone, Is.True);
            set.Attach(id, new CheckedDestination(TestStreams.At));
            set.Consumed(id, 10, Instant.Zero, TestStreams.Rtt);
            set.Send(id, 0, completed: true);
            Packet.AllFrom(set).ForEach(packet => packet.AckAt(set));
            Assert.That(set.Events()[^1].Kind, Is.EqualTo(StreamEventKind.Closed));
            Assert.That(set.Count, Is.Zero);
            Assert.That(set.Receive(id, 0, 1000).IsNone, Is.True);
            Assert.That(set.Receive(FrameType.ResetStream, id, 1, 99_999).IsNone, Is.True);
        }

        Assert.That(set.Window.Received, Is.EqualTo(2000));
    }

    [Test]
    public void The_peer_hears_of_new_streams_a_quarter_of_its_allowance_at_a_time_or_when_it_has_none_left()
    {
        StreamSet set = TestStreams.Set(StreamLimits.Default with { Streams = 8 });
        Close(set, 1);
        Assert.That(set.HasPending, Is.False);
        Close(set, 3);
        Assert.That(Packet.AllFrom(set).Numbers(), Is.EqualTo(new[] { new NumberFrame(FrameType.MaxStreams, 10) }));
        set.Receive(19, 0, 1);
        Close(set, 5);
        Assert.That(Packet.AllFrom(set).Numbers(), Is.EqualTo(new[] { new NumberFrame(FrameType.MaxStreams, 11) }));
    }

    [Test]
    public void Bytes_read_after_their_stream_is_forgotten_still_count_for_the_session()
    {
        StreamSet set = TestStreams.Set(new StreamLimits(8, 1000, 1000));
        set.Receive(1, 0, 1000, fin: true);
        set.Attach(1, new CheckedDestination(TestStreams.At));
        set.Reset(1, 0);
        Packet.AllFrom(set).ForEach(packet => packet.AckAt(set));
        Assert.That((set.Count, set.HasPending), Is.EqualTo((0, false)));
        set.Consumed(1, 1000, Instant.Zero, TestStreams.Rtt);
        Assert.That(Packet.AllFrom(set).Numbers(), Is.EqualTo(new[] { new NumberFrame(FrameType.MaxData, 2000) }));
    }

    private static void Close(StreamSet set, ulong id)
    {
        set.Receive(id, 0, 0, fin: true);
        set.Reset(id, 0);
        List<Packet> packets = Packet.AllFrom(set);
        Assert.That(packets.Numbers().Select(frame => frame.Type), Is.EqualTo(new[] { FrameType.ResetStream }));
        packets.ForEach(packet => packet.AckAt(set));
    }
}
