using Ants.Protocol.Wire;

namespace Ants.Protocol.Relaying;

/// <summary>
/// The payload of a DATAGRAM between an agent and its relay, the same both ways. The id is the other agent's: the
/// destination on the way to the relay, the source on the way from it.
/// <code>
/// NAMED        0x00 | alias | id (32 bytes) | packet
/// ALIASED      0x01 | alias | packet
/// BOUND        0x02 | alias
/// UNBOUND      0x03 | alias
/// UNREACHABLE  0x04 | id (32 bytes)
/// REACHABLE    0x05 | id (32 bytes)
/// </code>
/// An alias is a variable-length integer below 2^30; a packet has at least one byte and goes to the end. A message of
/// another type, or one that goes on behind its last field, is dropped.
/// </summary>
internal readonly ref struct RelayMessage
{
    /// <summary>An alias takes four bytes at most, so that what a message adds to a packet is known beforehand.</summary>
    public const ulong MaxAlias = (1UL << 30) - 1;

    /// <summary>What NAMED, the longest form, adds to a packet.</summary>
    public const int MaxOverhead = 1 + 4 + AgentId.Size;

    private RelayMessage(RelayMessageType type, ulong alias, AgentId agent, ReadOnlySpan<byte> packet)
    {
        Type = type;
        Alias = alias;
        Agent = agent;
        Packet = packet;
    }

    public RelayMessageType Type { get; }

    /// <summary>What the sender of the message calls the other agent, or the receiver of BOUND and UNBOUND does.</summary>
    public ulong Alias { get; }

    /// <summary>The other agent; none in forms without an id. Of 32 bytes that nobody has checked to be a key.</summary>
    public AgentId Agent { get; }

    /// <summary>A datagram of the session between the two agents; empty in forms without one.</summary>
    public ReadOnlySpan<byte> Packet { get; }

    /// <summary>Whether the message carries a packet.</summary>
    public bool HasPacket => Type is RelayMessageType.Named or RelayMessageType.Aliased;

    public int Length => 1 + (HasAlias(Type) ? VarInt.Length(Alias) : 0) + (HasId(Type) ? AgentId.Size : 0) + Packet.Length;

    /// <summary>The longest packet that every form carries in a DATAGRAM payload of this length.</summary>
    public static int MaxPacket(int maxDatagramPayload) => Math.Max(0, maxDatagramPayload - MaxOverhead);

    public static RelayMessage Named(ulong alias, AgentId agent, ReadOnlySpan<byte> packet) =>
        new(RelayMessageType.Named, alias, agent, packet);

    public static RelayMessage Aliased(ulong alias, ReadOnlySpan<byte> packet) => new(RelayMessageType.Aliased, alias, default, packet);

    public static RelayMessage Bound(ulong alias) => new(RelayMessageType.Bound, alias, default, default);

    public static RelayMessage Unbound(ulong alias) => new(RelayMessageType.Unbound, alias, default, default);

    public static RelayMessage Unreachable(AgentId agent) => new(RelayMessageType.Unreachable, 0, agent, default);

    public static RelayMessage Reachable(AgentId agent) => new(RelayMessageType.Reachable, 0, agent, default);

    /// <summary>Reads a whole DATAGRAM payload; false when it is none of the forms.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out RelayMessage message)
    {
        message = default;
        WireReader reader = new(payload);
        if (!reader.TryReadByte(out byte first) || first > (byte)RelayMessageType.Reachable)
        {
            return false;
        }

        RelayMessageType type = (RelayMessageType)first;
        ulong alias = 0;
        AgentId agent = default;
        if ((HasAlias(type) && !reader.TryReadVarInt(MaxAlias, out alias)) || (HasId(type) && !TryReadId(ref reader, out agent)))
        {
            return false;
        }

        message = new RelayMessage(type, alias, agent, reader.ReadRest());
        return message.HasPacket != message.Packet.IsEmpty;
    }

    /// <summary>Writes the message into a buffer of at least <see cref="Length"/> bytes and returns that length.</summary>
    public int Write(Span<byte> destination)
    {
        WireWriter writer = new(destination);
        writer.WriteByte((byte)Type);
        if (HasAlias(Type))
        {
            writer.WriteVarInt(Alias);
        }

        if (HasId(Type))
        {
            Agent.CopyTo(writer.Take(AgentId.Size));
        }

        writer.WriteBytes(Packet);
        return writer.Written;
    }

    private static bool HasAlias(RelayMessageType type) => type <= RelayMessageType.Unbound;

    private static bool HasId(RelayMessageType type) =>
        type is RelayMessageType.Named or RelayMessageType.Unreachable or RelayMessageType.Reachable;

    private static bool TryReadId(ref WireReader reader, out AgentId agent)
    {
        bool any = reader.TryReadBytes(AgentId.Size, out ReadOnlySpan<byte> id);
        agent = any ? AgentId.FromUncheckedBytes(id) : default;
        return !agent.IsNone;
    }
}
