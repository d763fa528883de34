using System.Buffers;
using System.Net;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Relaying;

/// <summary>
/// A message on the stream that a relay opens to each agent that has registered; they follow the stream's header, which
/// names <see cref="Protocol"/>.
/// <code>
/// type | length | body
/// </code>
/// Type and length are variable-length integers. Messages of unknown types are ignored, and so is what stands behind the
/// fields of a known one: both are how relays will say more.
/// </summary>
internal readonly record struct RelayControlMessage(RelayControlType Type, ReadOnlyMemory<byte> Body)
{
    /// <summary>The name of the stream's protocol.</summary>
    public const string Protocol = "ants.relay/1";

    /// <summary>What a reader accepts at most: a signed record with a few hundred entries is below it.</summary>
    public const int MaxBody = 16 * 1024;

    // Varints are at most 8 bytes each.
    private const int MaxHead = 16;

    // Family, port, IPv6 address.
    private const int MaxEndPoint = 1 + 2 + 16;

    /// <summary>REGISTERED: the relay forwards to this agent from now on, and sees it at <paramref name="observed"/>.</summary>
    public static RelayControlMessage Registered(IPEndPoint? observed)
    {
        byte[] body = new byte[MaxEndPoint];
        WireWriter writer = new(body);
        writer.WriteEndPoint(observed);
        return new RelayControlMessage(RelayControlType.Registered, body.AsMemory(0, writer.Written));
    }

    /// <summary>Reads the body of REGISTERED.</summary>
    public bool TryReadRegistered(out IPEndPoint? observed)
    {
        observed = null;
        WireReader reader = new(Body.Span);
        return Type == RelayControlType.Registered && reader.TryReadEndPoint(out observed);
    }

    /// <summary>Reads the next message of the stream. When it is complete, <paramref name="length"/> bytes are used up.</summary>
    public static ReadStatus Read(in ReadOnlySequence<byte> stream, out RelayControlMessage message, out long length)
    {
        message = default;
        length = 0;
        Span<byte> head = stackalloc byte[MaxHead];
        int available = (int)Math.Min(stream.Length, MaxHead);
        stream.Slice(0, available).CopyTo(head);
        WireReader reader = new(head[..available]);
        if (!reader.TryReadVarInt(out ulong type) || !reader.TryReadVarInt(out ulong bodyLength))
        {
            return ReadStatus.Incomplete;
        }

        if (bodyLength > MaxBody)
        {
            return ReadStatus.Malformed;
        }

        int start = available - reader.Remaining;
        if (stream.Length < start + (long)bodyLength)
        {
            return ReadStatus.Incomplete;
        }

        message = new RelayControlMessage((RelayControlType)type, stream.Slice(start, (long)bodyLength).ToArray());
        length = start + (long)bodyLength;
        return ReadStatus.Complete;
    }

    /// <summary>The message's bytes on the stream.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[MaxHead + Body.Length];
        WireWriter writer = new(bytes);
        writer.WriteVarInt((ulong)Type);
        writer.WritePrefixed(Body.Span);
        return bytes[..writer.Written];
    }
}
