using Ants.Protocol.Recovery;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Sessions;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class ReliableFramesTests
{
    private readonly ReliableFrames _frames = new();

    [Test]
    public void A_frame_is_sent_once_and_again_when_it_is_lost_until_it_is_acknowledged()
    {
        _frames.Put(SentFrameKind.NewConnectionId, 1, [1, 1]);
        List<SentFrame> first = Send(out byte[] bytes);
        Assert.That(bytes, Is.EqualTo((byte[])[1, 1]));
        Assert.That(_frames.HasPending, Is.False);

        _frames.Requeue(first[0]);
        _frames.Requeue(first[0]);
        List<SentFrame> second = Send(out bytes);
        Assert.That(bytes, Is.EqualTo((byte[])[1, 1]), "once, though it was reported twice");

        _frames.OnAcked(first[0]);
        _frames.Requeue(second[0]);
        Assert.That(_frames.HasPending, Is.False, "either copy that arrives is enough");
    }

    [Test]
    public void A_newer_frame_about_the_same_thing_takes_the_older_ones_place()
    {
        _frames.Put(SentFrameKind.PathStatus, 4, [1]);
        List<SentFrame> older = Send(out _);
        _frames.Put(SentFrameKind.PathStatus, 4, [2]);
        _frames.Put(SentFrameKind.PathStatus, 4, [3]);
        _frames.Put(SentFrameKind.PathStatus, 5, [9]);
        List<SentFrame> newer = Send(out byte[] bytes);
        Assert.That(bytes, Is.EqualTo((byte[])[3, 9]));

        _frames.OnAcked(older[0]);
        _frames.Requeue(older[0]);
        Assert.That(_frames.HasPending, Is.False, "the older one is nobody's concern any more");
        _frames.Requeue(newer[0]);
        Send(out bytes);
        Assert.That(bytes, Is.EqualTo((byte[])[3]), "its acknowledgement did not settle the newer one");
    }

    [Test]
    public void What_does_not_fit_waits_for_the_next_packet_in_its_order()
    {
        _frames.Put(SentFrameKind.NewConnectionId, 1, [1, 1, 1]);
        _frames.Put(SentFrameKind.NewConnectionId, 2, [2, 2, 2]);
        _frames.Put(SentFrameKind.NewConnectionId, 3, [3]);
        Send(out byte[] bytes, room: 5);
        Assert.That(bytes, Is.EqualTo((byte[])[1, 1, 1]));
        Send(out bytes, room: 5);
        Assert.That(bytes, Is.EqualTo((byte[])[2, 2, 2, 3]));
    }

    [Test]
    public void What_was_acknowledged_while_it_waited_to_be_sent_again_is_passed_over()
    {
        _frames.Put(SentFrameKind.NewConnectionId, 1, [1]);
        List<SentFrame> sent = Send(out _);
        _frames.Requeue(sent[0]);
        _frames.OnAcked(sent[0]);
        Assert.That(_frames.HasPending, Is.False);
        _frames.Put(SentFrameKind.NewConnectionId, 1, [2]);
        Send(out byte[] bytes);
        Assert.That(bytes, Is.EqualTo((byte[])[2]));
    }

    private List<SentFrame> Send(out byte[] bytes, int room = 64)
    {
        WireWriter writer = new(new byte[room]);
        SentFrames notes = new();
        _frames.Write(ref writer, notes);
        bytes = writer.Span.ToArray();
        return [.. notes.All];
    }
}
