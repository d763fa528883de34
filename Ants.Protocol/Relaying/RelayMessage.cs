using Ants.Protocol.Wire;

namespace Ants.Protocol.Relaying;

/// <summary>
/// The payload of a DATAGRAM between an agent and its relay. An agent's id is always the other agent's: the
/// destination on the way to the relay, the source on the way from it.
/// <code>
/// NAMED        0x00 | alias | id (32 bytes) | packet
/// ALIASED      0x01 | alias | packet
/// BOUND        0x02 | alias
/// UNBOUND      0x03 | alias
/// UNREACHABLE  0x04 | id (32 bytes)
/// REACHABLE    0x05 | id (32 bytes)
/// FORWARD      0x06 | id (32 bytes) | connection id (8 bytes)
/// FORWARDED    0x07 | id (32 bytes) | connection id (8 bytes) | forwarding id (8 bytes) | size
/// TOO_BIG      0x08 | id (32 bytes) | size
/// </code>
/// An alias is a variable-length integer below 2^30, and so is a size; a packet has at least one byte and goes to the end. A
/// message of another type, or one that goes on behind its last field, is dropped.
/// </summary>
internal readonly ref struct RelayMessage
{
    /// <summary>An alias takes four bytes at most, so that what a message adds to a packet is known beforehand.</summary>
    public const ulong MaxAlias = (1UL << 30) - 1;

    /// <summary>What NAMED, the longest form with a packet, adds to it.</summary>
    public const int MaxOverhead = 1 + 4 + AgentId.Size;

    /// <summary>The longest form without a packet: FORWARDED.</summary>
    public const int MaxWithoutPacket = 1 + AgentId.Size + ConnectionId.Size + ConnectionId.Size + 4;

    // Which fields each type has, in this order.
    [Flags]
    private enum Fields : byte
    {
        Alias = 1,
        Agent = 2,
        Inner = 4,
        Forwarding = 8,
        Size = 16,
        Packet = 32,
    }

    public RelayMessageType Type { get; private init; }

    /// <summary>What the sender of the message calls the other agent, or the receiver of BOUND and UNBOUND does.</summary>
    public ulong Alias { get; private init; }

    /// <summary>The other agent; none in forms without an id. Of 32 bytes that nobody has checked to be a key.</summary>
    public AgentId Agent { get; private init; }

    /// <summary>The id that the other agent chose for one of its paths, and knows packets by.</summary>
    public ConnectionId Inner { get; private init; }

    /// <summary>The id under which the relay takes packets for <see cref="Inner"/>.</summary>
    public ConnectionId Forwarding { get; private init; }

    /// <summary>The longest packet that the relay can take to the other agent, in bytes.</summary>
    public int Size { get; private init; }

    /// <summary>A datagram of the session between the two agents; empty in forms without one.</summary>
    public ReadOnlySpan<byte> Packet { get; private init; }

    /// <summary>Whether the message carries a packet.</summary>
    public bool HasPacket => Has(Type, Fields.Packet);

    public int Length
    {
        get
        {
            int length = 1 + Packet.Length;
            length += Has(Type, Fields.Alias) ? VarInt.Length(Alias) : 0;
            length += Has(Type, Fields.Agent) ? AgentId.Size : 0;
            length += Has(Type, Fields.Inner) ? ConnectionId.Size : 0;
            length += Has(Type, Fields.Forwarding) ? ConnectionId.Size : 0;
            return length + (Has(Type, Fields.Size) ? VarInt.Length((ulong)Size) : 0);
        }
    }

    /// <summary>The longest packet that every form carries in a DATAGRAM payload of this length.</summary>
    public static int MaxPacket(int maxDatagramPayload) => Math.Max(0, maxDatagramPayload - MaxOverhead);

    public static RelayMessage Named(ulong alias, AgentId agent, ReadOnlySpan<byte> packet) =>
        new() { Type = RelayMessageType.Named, Alias = alias, Agent = agent, Packet = packet };

    public static RelayMessage Aliased(ulong alias, ReadOnlySpan<byte> packet) =>
        new() { Type = RelayMessageType.Aliased, Alias = alias, Packet = packet };

    public static RelayMessage Bound(ulong alias) => new() { Type = RelayMessageType.Bound, Alias = alias };

    public static RelayMessage Unbound(ulong alias) => new() { Type = RelayMessageType.Unbound, Alias = alias };

    public static RelayMessage Unreachable(AgentId agent) => new() { Type = RelayMessageType.Unreachable, Agent = agent };

    public static RelayMessage Reachable(AgentId agent) => new() { Type = RelayMessageType.Reachable, Agent = agent };

    public static RelayMessage Forward(AgentId agent, ConnectionId inner) =>
        new() { Type = RelayMessageType.Forward, Agent = agent, Inner = inner };

    public static RelayMessage Forwarded(AgentId agent, ConnectionId inner, ConnectionId forwarding, int size) =>
        new() { Type = RelayMessageType.Forwarded, Agent = agent, Inner = inner, Forwarding = forwarding, Size = size };

    public static RelayMessage TooBig(AgentId agent, int size) => new() { Type = RelayMessageType.TooBig, Agent = agent, Size = size };

    /// <summary>Reads a whole DATAGRAM payload; false when it is none of the forms.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out RelayMessage message)
    {
        message = default;
        WireReader reader = new(payload);
        if (!reader.TryReadByte(out byte first) || first > (byte)RelayMessageType.TooBig)
        {
            return false;
        }

        RelayMessageType type = (RelayMessageType)first;
        ulong alias = 0, inner = 0, forwarding = 0, size = 0;
        AgentId agent = default;
        if ((Has(type, Fields.Alias) && !reader.TryReadVarInt(MaxAlias, out alias))
            || (Has(type, Fields.Agent) && !TryReadId(ref reader, out agent))
            || (Has(type, Fields.Inner) && !reader.TryReadUInt64(out inner))
            || (Has(type, Fields.Forwarding) && !reader.TryReadUInt64(out forwarding))
            || (Has(type, Fields.Size) && !reader.TryReadVarInt(MaxAlias, out size)))
        {
            return false;
        }

        message = new RelayMessage
        {
            Type = type,
            Alias = alias,
            Agent = agent,
            Inner = new ConnectionId(inner),
            Forwarding = new ConnectionId(forwarding),
            Size = (int)size,
            Packet = reader.ReadRest(),
        };
        return message.HasPacket != message.Packet.IsEmpty;
    }

    /// <summary>Writes the message into a buffer of at least <see cref="Length"/> bytes and returns that length.</summary>
    public int Write(Span<byte> destination)
    {
        WireWriter writer = new(destination);
        writer.WriteByte((byte)Type);
        if (Has(Type, Fields.Alias))
        {
            writer.WriteVarInt(Alias);
        }

        if (Has(Type, Fields.Agent))
        {
            Agent.CopyTo(writer.Take(AgentId.Size));
        }

        if (Has(Type, Fields.Inner))
        {
            writer.WriteUInt64(Inner.Value);
        }

        if (Has(Type, Fields.Forwarding))
        {
            writer.WriteUInt64(Forwarding.Value);
        }

        if (Has(Type, Fields.Size))
        {
            writer.WriteVarInt((ulong)Size);
        }

        writer.WriteBytes(Packet);
        return writer.Written;
    }

    private static bool Has(RelayMessageType type, Fields field) => (FieldsOf(type) & field) != 0;

    private static Fields FieldsOf(RelayMessageType type) => type switch
    {
        RelayMessageType.Named => Fields.Alias | Fields.Agent | Fields.Packet,
        RelayMessageType.Aliased => Fields.Alias | Fields.Packet,
        RelayMessageType.Bound or RelayMessageType.Unbound => Fields.Alias,
        RelayMessageType.Forward => Fields.Agent | Fields.Inner,
        RelayMessageType.Forwarded => Fields.Agent | Fields.Inner | Fields.Forwarding | Fields.Size,
        RelayMessageType.TooBig => Fields.Agent | Fields.Size,
        _ => Fields.Agent,
    };

    private static bool TryReadId(ref WireReader reader, out AgentId agent)
    {
        bool any = reader.TryReadBytes(AgentId.Size, out ReadOnlySpan<byte> id);
        agent = any ? AgentId.FromUncheckedBytes(id) : default;
        return !agent.IsNone;
    }
}
