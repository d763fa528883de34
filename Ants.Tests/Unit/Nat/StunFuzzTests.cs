using System.Net;
using Ants.Nat;
using Ants.Tests.Vectors;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

/// <summary>No bytes from the network make any of STUN's readers throw.</summary>
public sealed class StunFuzzTests
{
    private const int Cases = 200_000;

    private static readonly byte[][] Samples =
    [
        Rfc5769Vectors.Request, Rfc5769Vectors.ResponseV4, Rfc5769Vectors.ResponseV6,
        Rfc5769Vectors.LongTermRequest, Rfc5769Vectors.Sha256Request, EveryAttribute(),
    ];

    // Bodies of small numbers make plausible attribute types and lengths far more often than uniform bytes do.
    private static readonly Gen<byte> GenSmall = Gen.OneOf(Gen.Byte[0, 40], Gen.Byte);

    private static readonly Gen<byte[]> GenWithHeader =
        Gen.Select(Gen.Byte[0, 3], Gen.Byte, GenSmall.Array[0, 30], (first, second, words) => WithHeader(first, second, words));

    private static readonly Gen<byte[]> GenMutated =
        Gen.Select(Gen.Int[0, 5].Select(index => Samples[index]), Gen.Select(Gen.Int[0, 200], Gen.Byte).Array[1, 6], Gen.Int[0, 60], Mutate);

    [Test]
    public void Random_bytes_never_throw() => Gen.Byte.Array[0, 120].Sample(Exercise, iter: Cases);

    [Test]
    public void Random_bodies_behind_a_right_header_never_throw() => GenWithHeader.Sample(Exercise, iter: Cases);

    [Test]
    public void Mutated_messages_never_throw() => GenMutated.Sample(Exercise, iter: Cases);

    private static void Exercise(byte[] datagram)
    {
        IPEndPoint source = new(IPAddress.Loopback, 9);
        byte[] response = new byte[StunResponder.MostResponseLength];
        bool answered = StunResponder.TryRespond(datagram, source, response, out int written);
        if (written * 2 > datagram.Length * 5 || answered != written > 0)
        {
            throw new InvalidOperationException($"{datagram.Length} bytes were answered with {written}.");
        }

        StunTransactionId id = datagram.Length >= 20 ? new StunTransactionId(datagram.AsSpan(8)) : default;
        StunTransaction transaction = new(id, source, TimeSpan.Zero);
        transaction.TryPollTransmit(TimeSpan.Zero, response, out _);
        transaction.TryHandleResponse(TimeSpan.Zero, datagram, source);
        if (StunMessage.TryRead(datagram, out StunMessage message))
        {
            ReadEverything(message);
        }
    }

    private static void ReadEverything(StunMessage message)
    {
        _ = (message.Class, message.Method, message.TransactionId, message.HasFingerprint);
        message.TryGetMappedAddress(out _);
        message.TryGetAddress(StunAttributeType.ResponseOrigin, out _);
        message.TryGetAddress(StunAttributeType.OtherAddress, out _);
        message.TryGetErrorCode(out _, out _);
        message.TryGetChangeRequest(out _, out _);
        message.TryGetResponsePort(out _);
        message.CopyUnknownAttributes(stackalloc ushort[4]);
        message.CopyUnknownRequired(stackalloc ushort[4]);
        message.VerifyIntegrity("key"u8);
    }

    private static byte[] WithHeader(byte first, byte second, byte[] words)
    {
        byte[] body = new byte[words.Length * 4];
        words.CopyTo(body, 0);
        return [first, second, (byte)(body.Length >> 8), (byte)body.Length, 0x21, 0x12, 0xA4, 0x42, .. "abcdefghijkl"u8, .. body];
    }

    private static byte[] Mutate(byte[] sample, (int At, byte Value)[] changes, int cut)
    {
        byte[] result = sample[..Math.Max(0, sample.Length - (cut > 30 ? 0 : cut))];
        foreach ((int at, byte value) in changes)
        {
            if (at < result.Length)
            {
                result[at] = value;
            }
        }

        return result;
    }

    private static byte[] EveryAttribute()
    {
        byte[] buffer = new byte[300];
        StunWriter writer = new(buffer, StunClass.ErrorResponse, StunMethod.Binding, default);
        writer.AddAddress(StunAttributeType.MappedAddress, IPEndPoint.Parse("192.0.2.1:1"));
        writer.AddAddress(StunAttributeType.XorMappedAddress, IPEndPoint.Parse("[2001:db8::1]:1"));
        writer.AddAddress(StunAttributeType.OtherAddress, IPEndPoint.Parse("192.0.2.1:1"));
        writer.AddAddress(StunAttributeType.ResponseOrigin, IPEndPoint.Parse("192.0.2.1:1"));
        writer.AddErrorCode(420, "reason"u8);
        writer.AddUnknownAttributes([1, 2, 3]);
        writer.AddChangeRequest(true, true);
        writer.AddResponsePort(1);
        writer.AddMessageIntegritySha256("key"u8);
        Assert.That(writer.TryFinish(out int written));
        return buffer[..written];
    }
}
