using System.Diagnostics.CodeAnalysis;
using Ants.Crypto.Records;

namespace Ants;

/// <summary>
/// What an agent says about itself, signed by its key: the relays at which it is registered above all. Agents publish theirs at
/// the relays that they hold, and find each other by it when they share none.
/// </summary>
public sealed class AgentRecord
{
    private AgentRecord(AgentId agent, RecordContent content, ReadOnlyMemory<byte> bytes)
    {
        Agent = agent;
        Sequence = content.Sequence;
        IssuedAt = DateTimeOffset.UnixEpoch + content.IssuedAt;
        ExpiresAt = DateTimeOffset.UnixEpoch + content.ExpiresAt;
        Relays = [.. content.Relays.Select(Parse).OfType<RelayAddress>()];
        Protocols = content.Protocols;
        Handle = content.Handle;
        Prekey = content.Prekey;
        Bytes = bytes;
    }

    /// <summary>Who says it.</summary>
    public AgentId Agent { get; }

    /// <summary>Grows with every record of one agent: of two, the higher one is right.</summary>
    public ulong Sequence { get; }

    /// <summary>When it was signed, by the agent's clock.</summary>
    public DateTimeOffset IssuedAt { get; }

    /// <summary>Until when it is to be believed: at most 24 hours after <see cref="IssuedAt"/>.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>The relays at which the agent was registered, at most 8. Addresses without a key are left out.</summary>
    public IReadOnlyList<RelayAddress> Relays { get; }

    /// <summary>Names of protocols that the agent serves, at most 16.</summary>
    public IReadOnlyList<string> Protocols { get; }

    /// <summary>The name by which people know the agent; <see langword="null"/> when it has none. Not checked against anything.</summary>
    public string? Handle { get; }

    /// <summary>The key to seal messages for its mailbox with; empty when it has none.</summary>
    public ReadOnlyMemory<byte> Prekey { get; }

    /// <summary>The signed bytes, exactly as they were received.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Reads a record and checks it: its signature, its bounds, and whether it is valid at <paramref name="now"/>.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, DateTimeOffset now, [NotNullWhen(true)] out AgentRecord? record, out RecordFault fault)
    {
        RecordContent? content = SignedRecord.TryRead(bytes, now - DateTimeOffset.UnixEpoch, out AgentId agent, out fault);
        record = content is null ? null : new AgentRecord(agent, content, bytes);
        return record is not null;
    }

    /// <summary>Signs what an agent says about itself.</summary>
    internal static AgentRecord Sign(AgentIdentity identity, RecordContent content) =>
        new(identity.Id, content, SignedRecord.Sign(identity, content));

    /// <summary>Whether it takes the place of <paramref name="known"/>, another record of the same agent, if there is one.</summary>
    internal bool Replaces(AgentRecord? known) => known is null || Sequence > known.Sequence;

    /// <summary>Whether it is the same record.</summary>
    internal bool IsSameAs(AgentRecord other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    internal bool IsValidAt(DateTimeOffset now) => now < ExpiresAt + SignedRecord.ClockSkew;

    private static RelayAddress? Parse(string text) =>
        RelayAddress.TryParse(text, out RelayAddress? relay) && relay.Id is not null ? relay : null;
}
