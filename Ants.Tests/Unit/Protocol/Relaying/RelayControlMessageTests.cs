using System.Buffers;
using System.Net;
using Ants.Protocol.Relaying;
using Ants.Protocol.Wire;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Relaying;

public sealed class RelayControlMessageTests
{
    [TestCase("203.0.113.7:41641", "01" + "07" + "04" + "a2a9" + "cb007107")]
    [TestCase("[2001:db8::7]:443", "01" + "13" + "06" + "01bb" + "20010db8000000000000000000000007")]
    [TestCase(null, "01" + "01" + "00")]
    public void REGISTERED_is_these_bytes_and_is_read_back(string? observed, string hex)
    {
        IPEndPoint? address = observed is null ? null : IPEndPoint.Parse(observed);
        byte[] bytes = RelayControlMessage.Registered(address).Encode();
        Assert.That(Convert.ToHexStringLower(bytes), Is.EqualTo(hex));

        Assert.That(Read(bytes, out RelayControlMessage message), Is.EqualTo((ReadStatus.Complete, bytes.Length)));
        Assert.That(message.TryReadRegistered(out IPEndPoint? read));
        Assert.That(read, Is.EqualTo(address));
    }

    [Test]
    public void KNOCK_is_these_bytes_and_is_read_back()
    {
        byte[] bytes = RelayControlMessage.Knock(41641, "abcdefghijkl"u8).Encode();
        Assert.That(Convert.ToHexStringLower(bytes), Is.EqualTo("09" + "0e" + "a2a9" + "6162636465666768696a6b6c"));

        Assert.That(Read(bytes, out RelayControlMessage message), Is.EqualTo((ReadStatus.Complete, bytes.Length)));
        Assert.That(message.TryReadKnock(out int port, out ReadOnlySpan<byte> id));
        Assert.That((port, id.SequenceEqual("abcdefghijkl"u8)), Is.EqualTo((41641, true)));
        Assert.That((message with { Body = message.Body[..13] }).TryReadKnock(out _, out _), Is.False);
        Assert.That(RelayControlMessage.Knock(0, "abcdefghijkl"u8).TryReadKnock(out _, out _), Is.False);
    }

    [Test]
    public void KNOCKED_is_these_bytes_and_is_read_back()
    {
        IPEndPoint to = IPEndPoint.Parse("203.0.113.7:41641");
        byte[] bytes = RelayControlMessage.Knocked("abcdefghijkl"u8, to).Encode();
        Assert.That(Convert.ToHexStringLower(bytes), Is.EqualTo("0a" + "13" + "6162636465666768696a6b6c" + "04" + "a2a9" + "cb007107"));

        Assert.That(Read(bytes, out RelayControlMessage message), Is.EqualTo((ReadStatus.Complete, bytes.Length)));
        Assert.That(message.TryReadKnocked(out ReadOnlySpan<byte> id, out IPEndPoint? read));
        Assert.That((id.SequenceEqual("abcdefghijkl"u8), read), Is.EqualTo((true, to)));
        Assert.That((message with { Body = message.Body[..18] }).TryReadKnocked(out _, out _), Is.False);
    }

    [Test]
    public void A_message_is_read_once_it_is_whole_and_what_follows_is_left()
    {
        byte[] bytes = [.. RelayControlMessage.Registered(IPEndPoint.Parse("203.0.113.7:1")).Encode(), 0x7F];
        for (int cut = 0; cut < bytes.Length - 1; cut++)
        {
            Assert.That(Read(bytes[..cut], out _), Is.EqualTo((ReadStatus.Incomplete, 0L)));
        }

        Assert.That(Read(bytes, out _), Is.EqualTo((ReadStatus.Complete, bytes.Length - 1L)));
    }

    [Test]
    public void A_type_of_the_future_and_fields_of_the_future_are_read_over()
    {
        Assert.That(Read(Convert.FromHexString("7fff" + "02" + "abcd"), out RelayControlMessage unknown).Status, Is.EqualTo(ReadStatus.Complete));
        Assert.That(unknown.TryReadRegistered(out _), Is.False);
        Assert.That(Read(Convert.FromHexString("01" + "02" + "00" + "ee"), out RelayControlMessage longer).Status, Is.EqualTo(ReadStatus.Complete));
        Assert.That(longer.TryReadRegistered(out _));
    }

    [Test]
    public void A_body_beyond_the_limit_is_refused_before_it_has_come()
    {
        byte[] head = new byte[9];
        WireWriter writer = new(head);
        writer.WriteVarInt(1);
        writer.WriteVarInt(RelayControlMessage.MaxBody + 1);
        Assert.That(Read(head[..writer.Written], out _).Status, Is.EqualTo(ReadStatus.Malformed));
    }

    [Test]
    public void Nothing_that_arrives_throws() => Gen.Byte.Array[0, 40].Sample(bytes =>
    {
        if (Read(bytes, out RelayControlMessage message).Status == ReadStatus.Complete)
        {
            message.TryReadRegistered(out _);
        }
    });

    // In two segments, as a pipe may hand them out.
    private static (ReadStatus Status, long Length) Read(byte[] bytes, out RelayControlMessage message)
    {
        ReadOnlySequence<byte> sequence = SplitSequence.Of(bytes);
        return (RelayControlMessage.Read(sequence, out message, out long length), length);
    }
}
