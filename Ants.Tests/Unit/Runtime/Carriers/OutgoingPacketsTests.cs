using Ants.Carriers;
using Ants.Protocol.Wire;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime.Carriers;

public sealed class OutgoingPacketsTests
{
    [Test]
    public void Packets_that_wait_share_a_message_and_keep_their_order()
    {
        OutgoingPackets outgoing = new();
        Assert.That(outgoing.TryAdd([0x41]));
        Assert.That(outgoing.TryAdd([0x42, 0x43]));
        Assert.That(Take(outgoing), Is.EqualTo(new byte[] { 0, 1, 0x41, 0, 2, 0x42, 0x43 }));
        Assert.That(outgoing.TryTake(out _, out _), Is.False);
    }

    [Test]
    public void What_comes_after_a_message_was_taken_has_the_next()
    {
        OutgoingPackets outgoing = new();
        outgoing.TryAdd([0x41]);
        Take(outgoing);
        outgoing.TryAdd([0x42]);
        Assert.That(Take(outgoing), Is.EqualTo(new byte[] { 0, 1, 0x42 }));
    }

    [Test]
    public void The_queue_is_bounded_drops_the_newest_and_takes_more_when_there_is_room()
    {
        OutgoingPackets outgoing = new();
        byte[] packet = new byte[1200];
        int added = 0;
        for (; outgoing.TryAdd(packet); added++)
        {
            packet[0] = (byte)(added + 1);
        }

        Assert.That(added * (1200 + 2), Is.InRange(3 * PacketMessage.MaxLength, 4 * PacketMessage.MaxLength));
        byte[] first = Take(outgoing);
        Assert.That(first, Has.Length.LessThanOrEqualTo(PacketMessage.MaxLength));
        Assert.That(outgoing.TryAdd(packet), "there is room again");

        int expected = 0;
        for (byte[] message = first; ; message = Take(outgoing))
        {
            ReadOnlySpan<byte> rest = message;
            while (expected < added && PacketMessage.TryRead(ref rest, out ReadOnlySpan<byte> read))
            {
                Assert.That(read[0], Is.EqualTo((byte)expected++));
            }

            if (expected == added)
            {
                return;
            }
        }
    }

    private static byte[] Take(OutgoingPackets outgoing)
    {
        Assert.That(outgoing.TryTake(out ReadOnlyMemory<byte> message, out byte[] buffer));
        byte[] copy = message.ToArray();
        OutgoingPackets.Return(buffer);
        return copy;
    }
}
