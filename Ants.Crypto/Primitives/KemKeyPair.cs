namespace Ants.Crypto.Primitives;

/// <summary>One key pair of a <see cref="Kem"/>, used for one handshake.</summary>
internal abstract class KemKeyPair : IDisposable
{
    public abstract ReadOnlySpan<byte> PublicKey { get; }

    /// <summary>False when the ciphertext is malformed in a way that its sender sees too; never for a secret reason.</summary>
    public abstract bool TryDecapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> secret);

    public abstract void Dispose();
}
