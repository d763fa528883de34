namespace Ants.Crypto.Primitives;

/// <summary>
/// A key encapsulation mechanism for the hybrid tokens of Noise. Key pairs are used once. A Diffie-Hellman function is
/// one too: its encapsulation is a second ephemeral public key.
/// </summary>
internal abstract class Kem
{
    /// <summary>The size of an encapsulation key (public).</summary>
    public abstract int PublicKeySize { get; }

    public abstract int CiphertextSize { get; }

    public abstract int SecretSize { get; }

    public abstract KemKeyPair Generate(EntropySource entropy);

    /// <summary>Whether a peer's bytes are a key at all.</summary>
    public abstract bool IsValidKey(ReadOnlySpan<byte> publicKey);

    /// <summary>Encapsulates to a peer's key; false when it is malformed or forces a known secret.</summary>
    public abstract bool TryEncapsulate(
        EntropySource entropy, ReadOnlySpan<byte> publicKey, Span<byte> ciphertext, Span<byte> secret);
}
