namespace Ants.Crypto.Noise;

/// <summary>What one end brings to a handshake; the pattern says what of it is needed. The keys stay their owner's to zero.</summary>
internal readonly ref struct HandshakeKeys
{
    /// <summary>The X25519 secret of this end, or empty.</summary>
    public ReadOnlySpan<byte> LocalSecret { get; init; }

    /// <summary>The X25519 public key of the other end where the pattern wants it beforehand, or empty.</summary>
    public ReadOnlySpan<byte> RemotePublic { get; init; }

    /// <summary>The pre-shared keys, of 32 bytes each, one after the other, in the order of the psk tokens.</summary>
    public ReadOnlySpan<byte> Psks { get; init; }

    /// <summary>Where ephemeral keys come from.</summary>
    public required EntropySource Entropy { get; init; }
}
