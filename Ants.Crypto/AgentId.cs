using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Ants.Crypto.Identities;
using Ants.Crypto.Primitives;

namespace Ants;

/// <summary>
/// The name of an agent: an Ed25519 public key (RFC 8032), 32 bytes held inline. An id that was parsed or decoded is
/// always a canonical point of the prime-order group; <c>default</c> is "none" and is never equal to a key.
/// </summary>
public readonly struct AgentId :
    IEquatable<AgentId>, IComparable<AgentId>, IComparable, ISpanFormattable, ISpanParsable<AgentId>
{
    /// <summary>The size of an id in bytes.</summary>
    public const int Size = 32;

    // "z6Mk" is the same for every Ed25519 key; eight characters after it tell people's contacts apart on a display.
    private const int ShortTextLength = 12;

    // Big-endian words, so that comparing words in order is comparing the bytes.
    private readonly ulong _word0;
    private readonly ulong _word1;
    private readonly ulong _word2;
    private readonly ulong _word3;

    private AgentId(ReadOnlySpan<byte> key)
    {
        _word0 = BinaryPrimitives.ReadUInt64BigEndian(key);
        _word1 = BinaryPrimitives.ReadUInt64BigEndian(key[8..]);
        _word2 = BinaryPrimitives.ReadUInt64BigEndian(key[16..]);
        _word3 = BinaryPrimitives.ReadUInt64BigEndian(key[24..]);
    }

    /// <summary>Whether this is <c>default</c>: no agent. (Zero bytes encode a point of order 4, so no key reads so.)</summary>
    public bool IsNone => (_word0 | _word1 | _word2 | _word3) == 0;

    /// <summary>
    /// Reads a key from its 32 bytes. False for any other length, an encoding that is not canonical, bytes that are no
    /// point of the curve, and points outside the prime-order group (small or mixed order).
    /// </summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> key, out AgentId id)
    {
        if (!Ed25519Keys.IsValidPublicKey(key))
        {
            id = default;
            return false;
        }

        id = new AgentId(key);
        return true;
    }

    /// <summary>Reads <c>z6Mk...</c> or <c>did:key:z6Mk...</c>; the exception's message says what is wrong and what is accepted.</summary>
    /// <exception cref="FormatException">The text is not an agent id.</exception>
    public static AgentId Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static AgentId Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, out AgentId id, out string? reason) ? id : throw new FormatException(reason);

    /// <summary>Reads <c>z6Mk...</c> or <c>did:key:z6Mk...</c>; false for anything else.</summary>
    public static bool TryParse(string? text, out AgentId id) => TryParse(text.AsSpan(), out id, out _);

    /// <summary>As <see cref="TryParse(string?, out AgentId)"/>; <paramref name="reason"/> says what is wrong and what is accepted.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out AgentId id, [NotNullWhen(false)] out string? reason)
    {
        Span<byte> key = stackalloc byte[Size];
        reason = Multikey.TryDecode(text, key);
        id = default;
        if (reason is null && !TryFromBytes(key, out id))
        {
            reason = $"'{text}' does not hold a usable Ed25519 key (not a canonical point of the prime-order group); {Multikey.Accepted}.";
        }

        return reason is null;
    }

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out AgentId result) =>
        TryParse(s.AsSpan(), out result, out _);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out AgentId result) =>
        TryParse(s, out result, out _);

    /// <summary>Writes the 32 bytes of the key.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than <see cref="Size"/>.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length < Size)
        {
            throw new ArgumentException("The destination is shorter than an agent id.", nameof(destination));
        }

        BinaryPrimitives.WriteUInt64BigEndian(destination, _word0);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _word1);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _word2);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _word3);
    }

    /// <summary>The 32 bytes of the key, in a new array.</summary>
    public byte[] ToByteArray()
    {
        byte[] key = new byte[Size];
        CopyTo(key);
        return key;
    }

    /// <summary>Whether <paramref name="signature"/> (64 bytes, RFC 8032) is this agent's over <paramref name="message"/>.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Span<byte> key = stackalloc byte[Size];
        CopyTo(key);
        return !IsNone && Ed25519Keys.Verify(key, message, signature);
    }

    /// <summary>The multibase multikey text, <c>z6Mk...</c>; "none" for <c>default</c>.</summary>
    public override string ToString()
    {
        Span<char> text = stackalloc char[Multikey.MaxTextLength];
        return TryFormat(text, out int written, default, null) ? text[..written].ToString() : string.Empty;
    }

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <summary>The beginning of the text, for displays; never to be read back.</summary>
    public string ToShortString()
    {
        string text = ToString();
        return text.Length <= ShortTextLength ? text : text[..ShortTextLength];
    }

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        if (IsNone)
        {
            const string None = "none";
            charsWritten = None.TryCopyTo(destination) ? None.Length : 0;
            return charsWritten > 0;
        }

        Span<byte> key = stackalloc byte[Size];
        CopyTo(key);
        return Multikey.TryEncode(key, destination, out charsWritten);
    }

    /// <summary>Orders ids by their bytes, unsigned, first byte first.</summary>
    public int CompareTo(AgentId other)
    {
        int order = _word0.CompareTo(other._word0);
        order = order != 0 ? order : _word1.CompareTo(other._word1);
        order = order != 0 ? order : _word2.CompareTo(other._word2);
        return order != 0 ? order : _word3.CompareTo(other._word3);
    }

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        AgentId other => CompareTo(other),
        _ => throw new ArgumentException("An agent id compares only with an agent id.", nameof(obj)),
    };

    /// <inheritdoc/>
    public bool Equals(AgentId other) =>
        _word0 == other._word0 && _word1 == other._word1 && _word2 == other._word2 && _word3 == other._word3;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is AgentId other && Equals(other);

    // Anyone can choose keys: HashCode is seeded per process, so chosen keys cannot be made to collide in a table.
    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_word0, _word1, _word2, _word3);

    /// <summary>Whether both are the same key.</summary>
    public static bool operator ==(AgentId left, AgentId right) => left.Equals(right);

    /// <summary>Whether the keys differ.</summary>
    public static bool operator !=(AgentId left, AgentId right) => !left.Equals(right);

    /// <summary>Byte order.</summary>
    public static bool operator <(AgentId left, AgentId right) => left.CompareTo(right) < 0;

    /// <summary>Byte order.</summary>
    public static bool operator <=(AgentId left, AgentId right) => left.CompareTo(right) <= 0;

    /// <summary>Byte order.</summary>
    public static bool operator >(AgentId left, AgentId right) => left.CompareTo(right) > 0;

    /// <summary>Byte order.</summary>
    public static bool operator >=(AgentId left, AgentId right) => left.CompareTo(right) >= 0;
}
