using Ants.Protocol;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Streams;

[TestFixture]
internal sealed class ReceiveStreamTests
{
    private const ulong Theirs = 1;

    private StreamSet _set = null!;
    private CheckedDestination _destination = null!;

    [SetUp]
    public void NewSet()
    {
        _set = TestStreams.Set(new StreamLimits(4, 20_000, 10_000));
        _destination = new CheckedDestination(TestStreams.At);
    }

    [Test]
    public void Bytes_wait_until_there_is_a_destination()
    {
        _set.Receive(Theirs, 0, 100, fin: true);
        Assert.That(_set.Events().Select(e => e.Kind), Is.EqualTo(new[] { StreamEventKind.Opened }));
        _set.Attach(Theirs, _destination);
        Assert.That(_destination.Count, Is.EqualTo(100));
        Assert.That(_set.Events().Select(e => e.Kind), Is.EqualTo(new[] { StreamEventKind.Readable, StreamEventKind.Finished }));
    }

    [Test]
    public void Bytes_in_order_are_not_kept()
    {
        _set.Receive(Theirs, 0, 0);
        _set.Attach(Theirs, _destination);
        _set.Receive(Theirs, 0, 5000);
        Assert.That((_destination.Count, Stream.Receive.HeldBlocks), Is.EqualTo((5000UL, 0)));
    }

    [Test]
    public void Bytes_that_waited_for_a_destination_leave_nothing_behind()
    {
        _set.Receive(Theirs, 0, 100);
        Assert.That(Stream.Receive.HeldBlocks, Is.EqualTo(1));
        _set.Attach(Theirs, _destination);
        Assert.That((_destination.Count, Stream.Receive.HeldBlocks), Is.EqualTo((100UL, 0)), "An idle stream holds no block.");
    }

    [Test]
    public void A_gap_is_filled_and_what_waited_follows()
    {
        _set.Receive(Theirs, 0, 10);
        _set.Attach(Theirs, _destination);
        _set.Receive(Theirs, 5000, 2000, fin: true);
        _set.Receive(Theirs, 3000, 500);
        Assert.That(_destination.Count, Is.EqualTo(10));
        _set.Receive(Theirs, 5, 4000);
        Assert.That(_destination.Count, Is.EqualTo(4005));
        _set.Receive(Theirs, 4000, 1500);
        Assert.That((_destination.Count, Stream.Receive.HeldBlocks), Is.EqualTo((7000UL, 0)));
        Assert.That(_set.Events()[^1].Kind, Is.EqualTo(StreamEventKind.Finished));
        _set.Receive(Theirs, 5000, 2000, fin: true);
        Assert.That(_set.Events(), Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void The_same_bytes_with_another_content_are_an_error_while_they_are_held(bool attached)
    {
        _set.Receive(Theirs, 0, 10);
        if (attached)
        {
            _set.Attach(Theirs, _destination);
        }

        _set.Receive(Theirs, 50, 100);
        byte[] other = TestStreams.Bytes(10, 60);
        other[45] ^= 0x80;
        Assert.That(_set.OnStreamFrame(new StreamFrame(Theirs, 10, other, false)).Code(), Is.EqualTo(SessionErrorCode.ConflictingOverlap));
    }

    [Test]
    public void An_overlap_that_agrees_is_no_error()
    {
        _set.Receive(Theirs, 50, 100);
        Assert.That(_set.Receive(Theirs, 0, 100).IsNone, Is.True);
        Assert.That(_set.Receive(Theirs, 20, 200).IsNone, Is.True);
        _set.Attach(Theirs, _destination);
        Assert.That(_destination.Count, Is.EqualTo(220));
    }

    [Test]
    public void A_stream_does_not_end_twice_at_different_places()
    {
        _set.Receive(Theirs, 0, 100, fin: true);
        Assert.That(_set.Receive(Theirs, 50, 50, fin: true).IsNone, Is.True);
        Assert.That(_set.Receive(Theirs, 50, 51).Code(), Is.EqualTo(SessionErrorCode.FinalSize));
        Assert.That(_set.Receive(Theirs, 50, 49, fin: true).Code(), Is.EqualTo(SessionErrorCode.FinalSize));
        Assert.That(_set.Receive(FrameType.ResetStream, Theirs, 0, 99).Code(), Is.EqualTo(SessionErrorCode.FinalSize));
    }

    [Test]
    public void A_stream_does_not_end_before_what_has_arrived()
    {
        _set.Receive(Theirs, 100, 100);
        Assert.That(_set.Receive(Theirs, 0, 199, fin: true).Code(), Is.EqualTo(SessionErrorCode.FinalSize));
        Assert.That(_set.Receive(FrameType.ResetStream, Theirs, 0, 199).Code(), Is.EqualTo(SessionErrorCode.FinalSize));
    }

    [Test]
    public void One_byte_beyond_the_limit_of_the_stream_is_an_error()
    {
        Assert.That(_set.Receive(Theirs, 9_999, 1).IsNone, Is.True);
        Assert.That(_set.Receive(Theirs, 10_000, 1).Code(), Is.EqualTo(SessionErrorCode.FlowControl));
    }

    [Test]
    public void One_byte_beyond_the_limit_of_the_session_is_an_error_also_as_a_final_size()
    {
        _set.Receive(1, 9_999, 1);
        _set.Receive(3, 9_999, 1);
        Assert.That(_set.Receive(5, 0, 1).Code(), Is.EqualTo(SessionErrorCode.FlowControl));
        Assert.That(_set.Receive(FrameType.ResetStream, 7, 0, 1).Code(), Is.EqualTo(SessionErrorCode.FlowControl));
    }

    [Test]
    public void A_reset_drops_what_waits_and_gives_the_session_its_window_back()
    {
        _set.Receive(Theirs, 0, 100);
        _set.Attach(Theirs, _destination);
        _set.Receive(Theirs, 5000, 3000);
        _set.Events();
        Assert.That(_set.Receive(FrameType.ResetStream, Theirs, 42, 9000).IsNone, Is.True);
        Assert.That(_set.Events(), Is.EqualTo(new[] { new StreamEvent(StreamEventKind.Reset, Theirs, 42) }));
        Assert.That((Stream.Receive.HeldBlocks, _set.Window.Received, _set.Window.Released), Is.EqualTo((0, 9000UL, 8900UL)));
        Assert.That(_set.Receive(Theirs, 100, 100).IsNone, Is.True);
        Assert.That(_destination.Count, Is.EqualTo(100));
        _set.Consumed(Theirs, 100, Instant.Zero, TestStreams.Rtt);
        Assert.That(_set.Window.Released, Is.EqualTo(9000));
    }

    [Test]
    public void A_reset_after_everything_was_delivered_changes_nothing()
    {
        _set.Receive(Theirs, 0, 100, fin: true);
        _set.Attach(Theirs, _destination);
        _set.Events();
        Assert.That(_set.Receive(FrameType.ResetStream, Theirs, 42, 100).IsNone, Is.True);
        Assert.That(_set.Events(), Is.Empty);
    }

    [Test]
    public void After_STOP_SENDING_what_comes_is_dropped_and_counted()
    {
        _set.Receive(Theirs, 0, 100);
        _set.StopSending(Theirs, 9);
        _set.Receive(Theirs, 3000, 1000);
        Assert.That((_set.Window.Received, _set.Window.Released, Stream.Receive.HeldBlocks), Is.EqualTo((4000UL, 4000UL, 0)));
        List<Packet> packets = Packet.AllFrom(_set);
        Assert.That(packets.Numbers(), Is.EqualTo(new[] { new NumberFrame(FrameType.StopSending, Theirs, 9) }));
        packets[0].LoseAt(_set);
        Assert.That(_set.HasPending, Is.True);
        _set.Receive(FrameType.ResetStream, Theirs, 9, 4000);
        Assert.That(_set.HasPending, Is.False, "The peer has stopped; the question is moot.");
        Assert.That(_set.Events().Select(e => e.Kind), Is.EqualTo(new[] { StreamEventKind.Opened }));
    }

    [Test]
    public void A_second_destination_is_refused()
    {
        _set.Receive(Theirs, 0, 1);
        _set.Attach(Theirs, _destination);
        Assert.That(() => _set.Attach(Theirs, _destination), Throws.InvalidOperationException);
    }

    private StreamState Stream => _set.TryGet(Theirs, out StreamState? stream) ? stream : throw new AssertionException("forgotten");
}
