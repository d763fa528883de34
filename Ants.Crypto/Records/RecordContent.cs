namespace Ants.Crypto.Records;

/// <summary>What an agent says about itself in a record. Times are since 1970-01-01T00:00Z, in whole milliseconds.</summary>
internal sealed record RecordContent
{
    /// <summary>Grows with every record of one agent: the higher one is right.</summary>
    public required ulong Sequence { get; init; }

    public required TimeSpan IssuedAt { get; init; }

    public required TimeSpan ExpiresAt { get; init; }

    /// <summary>The addresses, as text, of the relays that the agent holds; not checked to be addresses.</summary>
    public IReadOnlyList<string> Relays { get; init; } = [];

    /// <summary>The names of the protocols that it serves.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary>The name by which people know it, if it has one.</summary>
    public string? Handle { get; init; }

    /// <summary>The key to seal messages for its mailbox with; empty for none.</summary>
    public ReadOnlyMemory<byte> Prekey { get; init; }
}
