namespace Ants.Crypto.Identities;

/// <summary>
/// The text of an Ed25519 public key as a multibase multikey (W3C Controlled Identifiers, section 2.2.2), which is also
/// the body of a <c>did:key</c>.
/// <code>
///  'z'        base58btc of
///             +------+------+------------------+
///             | 0xed | 0x01 | public key (32)  |
///             +------+------+------------------+
///             multicodec ed25519-pub, as a varint
/// </code>
/// </summary>
internal static class Multikey
{
    /// <summary>'z' and the base58 of 34 bytes, which is at most 47 characters.</summary>
    public const int MaxTextLength = 48;

    /// <summary>The second half of every refusal.</summary>
    public const string Accepted = "an agent id looks like z6Mk... (48 characters) or did:key:z6Mk...";

    private const string DidKeyPrefix = "did:key:";
    private const char Base58Btc = 'z';
    private const int KeySize = 32;

    private static ReadOnlySpan<byte> Ed25519Codec => [0xed, 0x01];

    /// <summary>Writes the text of a key.</summary>
    public static bool TryEncode(ReadOnlySpan<byte> key, Span<char> destination, out int written)
    {
        Span<byte> body = stackalloc byte[2 + KeySize];
        Ed25519Codec.CopyTo(body);
        key.CopyTo(body[2..]);
        if (destination.IsEmpty || !Base58.TryEncode(body, destination[1..], out written))
        {
            written = 0;
            return false;
        }

        destination[0] = Base58Btc;
        written++;
        return true;
    }

    /// <summary>Reads the 32 bytes of a key; returns null, or a sentence that says what is wrong and what is accepted.</summary>
    public static string? TryDecode(ReadOnlySpan<char> text, Span<byte> key)
    {
        ReadOnlySpan<char> body = text.StartsWith(DidKeyPrefix, StringComparison.Ordinal) ? text[DidKeyPrefix.Length..] : text;
        if (body.IsEmpty)
        {
            return $"The agent id is empty; {Accepted}.";
        }

        if (body[0] != Base58Btc)
        {
            return $"'{Shown(text)}' is not an agent id: it does not start with 'z' (multibase base58btc); {Accepted}.";
        }

        if (body.Length > MaxTextLength)
        {
            return $"'{Shown(text)}' is not an agent id: it is too long; {Accepted}.";
        }

        Span<byte> decoded = stackalloc byte[2 + KeySize];
        if (Base58.Decode(body[1..], decoded) is string fault)
        {
            return $"'{text}' is not an agent id: {fault}; {Accepted}.";
        }

        if (!decoded[..2].SequenceEqual(Ed25519Codec))
        {
            return $"'{text}' is not an agent id: it holds another kind of key than Ed25519; {Accepted}.";
        }

        decoded[2..].CopyTo(key);
        return null;
    }

    // A refusal quotes its input, but never a screenful of it.
    private static string Shown(ReadOnlySpan<char> text) =>
        text.Length <= MaxTextLength + DidKeyPrefix.Length ? text.ToString() : $"{text[..16]}...";
}
