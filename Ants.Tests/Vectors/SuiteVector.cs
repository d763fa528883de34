using Ants.Crypto;
using Ants.Crypto.Primitives;

namespace Ants.Tests.Vectors;

/// <summary>A published value of a packet suite, and the suite's primitive in one of its implementations to hold against it.</summary>
/// <param name="Suite">The suite.</param>
/// <param name="Source">Where it is published.</param>
/// <param name="Key">The key.</param>
/// <param name="Nonce">The nonce.</param>
/// <param name="Associated">What is authenticated beside the text.</param>
/// <param name="Text">The plaintext.</param>
/// <param name="Sealed">Ciphertext and tag.</param>
internal sealed record SuiteVector(
    CipherSuite Suite, string Source, string Key, string Nonce, string Associated, string Text, string Sealed)
{
    /// <summary>The implementations of its suite.</summary>
    public IEnumerable<AeadBackend> Backends =>
        Suite == CipherSuite.Aegis128L ? [AeadBackend.Best] : [AeadBackend.Platform, AeadBackend.Managed];

    public int TagSize => Suite == CipherSuite.Aegis128L ? Aegis128L.TagSize : Aead.TagSize;

    public byte[] Seal(AeadBackend backend)
    {
        byte[] text = Convert.FromHexString(Text), result = new byte[text.Length + TagSize];
        if (Suite == CipherSuite.Aegis128L)
        {
            Aegis128L.Seal(Bytes(Key), Bytes(Nonce), Bytes(Associated), text, result);
        }
        else
        {
            using Aead aead = Aead.Create(Suite, Bytes(Key), backend);
            aead.Seal(Bytes(Nonce), Bytes(Associated), text, result);
        }

        return result;
    }

    /// <summary>What opening gives; null when it is refused. Nothing of the text may be left then.</summary>
    public byte[]? Open(AeadBackend backend)
    {
        byte[] bytes = Bytes(Sealed), opened = new byte[bytes.Length - TagSize];
        bool isAuthentic;
        if (Suite == CipherSuite.Aegis128L)
        {
            isAuthentic = Aegis128L.TryOpen(Bytes(Key), Bytes(Nonce), Bytes(Associated), bytes, opened);
        }
        else
        {
            using Aead aead = Aead.Create(Suite, Bytes(Key), backend);
            isAuthentic = aead.TryOpen(Bytes(Nonce), Bytes(Associated), bytes, opened);
        }

        return isAuthentic ? opened
            : opened.AsSpan().ContainsAnyExcept((byte)0) ? throw new InvalidOperationException("Something of what is not authentic was left.")
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Suite}, {Source}";

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex);
}
