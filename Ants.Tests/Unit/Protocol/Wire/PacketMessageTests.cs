using Ants.Protocol.Wire;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Wire;

public sealed class PacketMessageTests
{
    [Test]
    public void A_message_has_each_packet_behind_its_length()
    {
        byte[] message = new byte[16];
        int length = 0;
        Assert.That(PacketMessage.TryAppend(message, ref length, [0x41, 0x42, 0x43]));
        Assert.That(PacketMessage.TryAppend(message, ref length, [0x44]));
        Assert.That(message[..length], Is.EqualTo(new byte[] { 0, 3, 0x41, 0x42, 0x43, 0, 1, 0x44 }));
    }

    [Test]
    public void A_packet_that_does_not_fit_is_not_added()
    {
        byte[] message = new byte[10];
        int length = 0;
        Assert.That(PacketMessage.TryAppend(message, ref length, new byte[9]), Is.False);
        Assert.That(PacketMessage.TryAppend(message, ref length, new byte[8]));
        Assert.That(PacketMessage.TryAppend(message, ref length, new byte[1]), Is.False);
        Assert.That(PacketMessage.TryAppend(message, ref length, []), Is.False);
        Assert.That(length, Is.EqualTo(10));
    }

    [Test]
    public void What_is_written_is_read_and_nothing_else() => Gen.Byte.Array[1, 1500].Array[0, 10].Sample(packets =>
    {
        byte[] message = new byte[PacketMessage.MaxLength];
        int length = 0;
        foreach (byte[] packet in packets)
        {
            Assert.That(PacketMessage.TryAppend(message, ref length, packet));
        }

        ReadOnlySpan<byte> rest = message.AsSpan(0, length);
        foreach (byte[] packet in packets)
        {
            Assert.That(PacketMessage.TryRead(ref rest, out ReadOnlySpan<byte> read));
            Assert.That(read.SequenceEqual(packet));
        }

        Assert.That(rest.IsEmpty);
        Assert.That(PacketMessage.TryRead(ref rest, out _), Is.False);
    });

    [TestCase(new byte[] { }, ExpectedResult = 0)]
    [TestCase(new byte[] { 0 }, ExpectedResult = 0)]
    [TestCase(new byte[] { 0, 2, 7 }, ExpectedResult = 0)]
    [TestCase(new byte[] { 0, 2, 7, 8 }, ExpectedResult = 4)]
    [TestCase(new byte[] { 0, 2, 7, 8, 0 }, ExpectedResult = 4)]
    [TestCase(new byte[] { 0, 2, 7, 8, 0, 1, 9, 0, 3, 1 }, ExpectedResult = 7)]
    [TestCase(new byte[] { 0, 2, 7, 8, 0, 0, 1, 1 }, ExpectedResult = 4)]
    public int Whole_packets_of_a_beginning_are_told_from_what_is_to_come(byte[] beginning) => PacketMessage.WholeLength(beginning);

    [TestCase(new byte[] { })]
    [TestCase(new byte[] { 1 })]
    [TestCase(new byte[] { 0, 0 })]
    [TestCase(new byte[] { 0, 0, 1, 2 })]
    [TestCase(new byte[] { 0, 3, 1, 2 })]
    [TestCase(new byte[] { 255, 255, 1, 2 })]
    public void What_is_no_packet_ends_the_message(byte[] bytes)
    {
        ReadOnlySpan<byte> rest = bytes;
        Assert.That(PacketMessage.TryRead(ref rest, out _), Is.False);
        Assert.That(rest.Length, Is.EqualTo(bytes.Length));
    }

    [Test]
    public void Any_bytes_are_read_to_an_end_within_them() => Gen.Byte.Array[0, 300].Sample(bytes =>
    {
        ReadOnlySpan<byte> rest = bytes;
        int total = 0;
        while (PacketMessage.TryRead(ref rest, out ReadOnlySpan<byte> packet))
        {
            Assert.That(packet.Length, Is.GreaterThan(0));
            total += packet.Length + 2;
        }

        Assert.That(total + rest.Length, Is.EqualTo(bytes.Length));
    });
}
