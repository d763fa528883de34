using System.Diagnostics.CodeAnalysis;

namespace Ants;

/// <summary>
/// The name of a relay: a key of the same kind and text as an <see cref="AgentId"/>, kept apart by type so that one is
/// not handed where the other is meant. A relay is the far end of a session, so it converts to an agent id by itself;
/// calling an agent's key a relay's takes a cast.
/// </summary>
public readonly struct RelayId : IEquatable<RelayId>, IComparable<RelayId>, IParsable<RelayId>
{
    private readonly AgentId _key;

    /// <summary>Names the relay that holds <paramref name="key"/>.</summary>
    public RelayId(AgentId key) => _key = key;

    /// <summary>Whether this is <c>default</c>: no relay.</summary>
    public bool IsNone => _key.IsNone;

    /// <inheritdoc cref="AgentId.TryFromBytes"/>
    public static bool TryFromBytes(ReadOnlySpan<byte> key, out RelayId id)
    {
        bool valid = AgentId.TryFromBytes(key, out AgentId agent);
        id = new RelayId(agent);
        return valid;
    }

    /// <inheritdoc cref="AgentId.Parse(string, IFormatProvider?)"/>
    public static RelayId Parse(string s, IFormatProvider? provider = null) => new(AgentId.Parse(s, provider));

    /// <inheritdoc cref="AgentId.TryParse(string?, out AgentId)"/>
    public static bool TryParse(string? text, out RelayId id) => TryParse(text.AsSpan(), out id, out _);

    /// <inheritdoc cref="AgentId.TryParse(ReadOnlySpan{char}, out AgentId, out string?)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out RelayId id, [NotNullWhen(false)] out string? reason)
    {
        bool valid = AgentId.TryParse(text, out AgentId agent, out reason);
        id = new RelayId(agent);
        return valid;
    }

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out RelayId result) =>
        TryParse(s.AsSpan(), out result, out _);

    /// <inheritdoc cref="AgentId.CopyTo"/>
    public void CopyTo(Span<byte> destination) => _key.CopyTo(destination);

    /// <summary>The key as the id of a session's far end.</summary>
    public AgentId ToAgentId() => _key;

    /// <summary>The multibase multikey text, <c>z6Mk...</c>.</summary>
    public override string ToString() => _key.ToString();

    /// <inheritdoc cref="AgentId.ToShortString"/>
    public string ToShortString() => _key.ToShortString();

    /// <summary>Orders ids by their bytes.</summary>
    public int CompareTo(RelayId other) => _key.CompareTo(other._key);

    /// <inheritdoc/>
    public bool Equals(RelayId other) => _key.Equals(other._key);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is RelayId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _key.GetHashCode();

    /// <summary>The relay's key as the id of a session's far end.</summary>
    public static implicit operator AgentId(RelayId relay) => relay._key;

    /// <summary>Says that the key is a relay's.</summary>
    public static explicit operator RelayId(AgentId key) => new(key);

    /// <summary>Whether both are the same key.</summary>
    public static bool operator ==(RelayId left, RelayId right) => left.Equals(right);

    /// <summary>Whether the keys differ.</summary>
    public static bool operator !=(RelayId left, RelayId right) => !left.Equals(right);

    /// <summary>Byte order.</summary>
    public static bool operator <(RelayId left, RelayId right) => left.CompareTo(right) < 0;

    /// <summary>Byte order.</summary>
    public static bool operator <=(RelayId left, RelayId right) => left.CompareTo(right) <= 0;

    /// <summary>Byte order.</summary>
    public static bool operator >(RelayId left, RelayId right) => left.CompareTo(right) > 0;

    /// <summary>Byte order.</summary>
    public static bool operator >=(RelayId left, RelayId right) => left.CompareTo(right) >= 0;
}
