using Ants.Carriers;
using Ants.Protocol.Wire;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime.Carriers;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OutgoingPacketsTests
{
    private readonly OutgoingPackets _outgoing = new();
    private readonly byte[] _packet = new byte[1200];

    [Test]
    public void Packets_that_wait_share_a_message_and_keep_their_order()
    {
        _outgoing.Add([0x41]);
        _outgoing.Add([0x42, 0x43]);
        Assert.That(Take(), Is.EqualTo(new byte[] { 0, 1, 0x41, 0, 2, 0x42, 0x43 }));
        Assert.That(_outgoing.TryTake(out _, out _, out _), Is.False);
    }

    [Test]
    public void What_comes_after_a_message_was_taken_has_the_next()
    {
        _outgoing.Add([0x41]);
        Take();
        _outgoing.Add([0x42]);
        Assert.That(Take(), Is.EqualTo(new byte[] { 0, 1, 0x42 }));
    }

    [Test]
    public void A_message_is_said_to_be_complete_when_the_next_begins()
    {
        int added = 1;
        for (; !_outgoing.Add(_packet); added++)
        {
        }

        Assert.That(added * (_packet.Length + 2), Is.InRange(PacketMessage.MaxLength, PacketMessage.MaxLength + _packet.Length + 2));
    }

    [Test]
    public void There_is_enough_at_two_messages_and_room_again_when_one_of_them_is_taken()
    {
        int added = 0;
        for (; !_outgoing.IsFull; added++)
        {
            _outgoing.Add(_packet);
        }

        Assert.That(added * (_packet.Length + 2), Is.InRange(OutgoingPackets.Enough, OutgoingPackets.Enough + _packet.Length + 2));
        List<bool> room = [];
        while (_outgoing.TryTake(out _, out byte[] buffer, out bool hasRoomAgain))
        {
            room.Add(hasRoomAgain);
            OutgoingPackets.Return(buffer);
        }

        Assert.That(room.Count(again => again), Is.EqualTo(1), "it is said once");
        Assert.That(_outgoing.IsFull, Is.False);
        Assert.That(_outgoing.Dropped, Is.Zero);
    }

    [Test]
    public void Who_does_not_heed_that_loses_the_newest()
    {
        int added = 0;
        for (; _outgoing.Dropped == 0; added++)
        {
            _packet[0] = (byte)added;
            _outgoing.Add(_packet);
        }

        Assert.That(added * (_packet.Length + 2), Is.LessThan(4 * PacketMessage.MaxLength));
        int expected = 0;
        while (_outgoing.TryTake(out ReadOnlyMemory<byte> message, out byte[] buffer, out _))
        {
            Assert.That(message.Length, Is.LessThanOrEqualTo(PacketMessage.MaxLength));
            for (ReadOnlySpan<byte> rest = message.Span; PacketMessage.TryRead(ref rest, out ReadOnlySpan<byte> read);)
            {
                Assert.That(read[0], Is.EqualTo((byte)expected++));
            }

            OutgoingPackets.Return(buffer);
        }

        Assert.That(expected, Is.EqualTo(added - 1));
        _outgoing.Add(_packet);
        Assert.That(_outgoing.Dropped, Is.EqualTo(1), "there is room again");
    }

    private byte[] Take()
    {
        Assert.That(_outgoing.TryTake(out ReadOnlyMemory<byte> message, out byte[] buffer, out _));
        byte[] copy = message.ToArray();
        OutgoingPackets.Return(buffer);
        return copy;
    }
}
