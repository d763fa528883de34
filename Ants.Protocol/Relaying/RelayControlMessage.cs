using System.Buffers;
using System.Net;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Relaying;

/// <summary>
/// A message between a relay and an agent that has registered, or another relay. Each end opens one stream for its own; they
/// follow the stream's header, which names <see cref="Protocol"/>.
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

    /// <summary>Bytes of the id by which a knock is recognised: those of a STUN transaction.</summary>
    public const int KnockIdLength = 12;

    // Varints are at most 8 bytes each.
    private const int MaxHead = 16;

    // A relay that announces its end more than a day ahead means something else.
    private const ulong MaxMilliseconds = 24 * 3600 * 1000;

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

    /// <summary>PUBLISH: the record of whoever sends it.</summary>
    public static RelayControlMessage Publish(ReadOnlyMemory<byte> record) => new(RelayControlType.Publish, record);

    /// <summary>LOOKUP: whoever gets it may ask the relays that it knows, when <paramref name="mayAsk"/>.</summary>
    public static RelayControlMessage Lookup(AgentId agent, bool mayAsk) =>
        new(RelayControlType.Lookup, (byte[])[mayAsk ? (byte)1 : (byte)0, .. agent.ToByteArray()]);

    /// <summary>RECORD: the answer to LOOKUP.</summary>
    public static RelayControlMessage Record(ReadOnlyMemory<byte> record) => new(RelayControlType.Record, record);

    /// <summary>NOT_FOUND: the other answer to LOOKUP.</summary>
    public static RelayControlMessage NotFound(AgentId agent) => new(RelayControlType.NotFound, agent.ToByteArray());

    /// <summary>REFUSED: the record that was published is not kept, and why.</summary>
    public static RelayControlMessage Refused(RecordFault fault) => new(RelayControlType.Refused, (byte[])[(byte)fault]);

    /// <summary>DRAIN: the relay stops within <paramref name="deadline"/>.</summary>
    public static RelayControlMessage Drain(TimeSpan deadline)
    {
        byte[] body = new byte[MaxHead];
        WireWriter writer = new(body);
        writer.WriteVarInt((ulong)deadline.TotalMilliseconds);
        return new RelayControlMessage(RelayControlType.Drain, body.AsMemory(0, writer.Written));
    }

    /// <summary>STAYS: an agent that is told to move cannot.</summary>
    public static RelayControlMessage Stays() => new(RelayControlType.Stays, default);

    /// <summary>KNOCK: a STUN answer with this id is wanted at <paramref name="port"/> of the sender's address.</summary>
    public static RelayControlMessage Knock(int port, ReadOnlySpan<byte> id)
    {
        byte[] body = new byte[2 + KnockIdLength];
        WireWriter writer = new(body);
        writer.WriteUInt16((ushort)port);
        writer.WriteBytes(id[..KnockIdLength]);
        return new RelayControlMessage(RelayControlType.Knock, body);
    }

    /// <summary>KNOCKED: it was sent to <paramref name="to"/>.</summary>
    public static RelayControlMessage Knocked(ReadOnlySpan<byte> id, IPEndPoint to)
    {
        byte[] body = new byte[KnockIdLength + MaxEndPoint];
        WireWriter writer = new(body);
        writer.WriteBytes(id[..KnockIdLength]);
        writer.WriteEndPoint(to);
        return new RelayControlMessage(RelayControlType.Knocked, body.AsMemory(0, writer.Written));
    }

    /// <summary>Reads the body of KNOCK.</summary>
    public bool TryReadKnock(out int port, out ReadOnlySpan<byte> id)
    {
        id = default;
        WireReader reader = new(Body.Span);
        bool any = reader.TryReadUInt16(out ushort told) && reader.TryReadBytes(KnockIdLength, out id);
        port = told;
        return any && port != 0 && Type == RelayControlType.Knock;
    }

    /// <summary>Reads the body of KNOCKED.</summary>
    public bool TryReadKnocked(out ReadOnlySpan<byte> id, out IPEndPoint? to)
    {
        to = null;
        WireReader reader = new(Body.Span);
        return reader.TryReadBytes(KnockIdLength, out id) && reader.TryReadEndPoint(out to) && to is not null && Type == RelayControlType.Knocked;
    }

    /// <summary>Reads the body of LOOKUP. The id is of 32 bytes that nobody has checked to be a key.</summary>
    public bool TryReadLookup(out AgentId agent, out bool mayAsk)
    {
        agent = default;
        WireReader reader = new(Body.Span);
        mayAsk = reader.TryReadByte(out byte hops) && hops > 0;
        return Type == RelayControlType.Lookup && TryReadId(ref reader, out agent);
    }

    /// <summary>Reads the body of NOT_FOUND.</summary>
    public bool TryReadNotFound(out AgentId agent)
    {
        agent = default;
        WireReader reader = new(Body.Span);
        return Type == RelayControlType.NotFound && TryReadId(ref reader, out agent);
    }

    /// <summary>Reads the body of REFUSED; the fault may be one that this version has no name for.</summary>
    public bool TryReadRefused(out RecordFault fault)
    {
        WireReader reader = new(Body.Span);
        bool any = reader.TryReadVarInt(int.MaxValue, out ulong value);
        fault = (RecordFault)value;
        return any && Type == RelayControlType.Refused;
    }

    /// <summary>Reads the body of DRAIN.</summary>
    public bool TryReadDrain(out TimeSpan deadline)
    {
        WireReader reader = new(Body.Span);
        bool any = reader.TryReadVarInt(MaxMilliseconds, out ulong milliseconds);
        deadline = TimeSpan.FromMilliseconds(milliseconds);
        return any && Type == RelayControlType.Drain;
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

    private static bool TryReadId(ref WireReader reader, out AgentId agent)
    {
        bool any = reader.TryReadBytes(AgentId.Size, out ReadOnlySpan<byte> id);
        agent = any ? AgentId.FromUncheckedBytes(id) : default;
        return !agent.IsNone;
    }
}
