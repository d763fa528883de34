namespace Ants.Crypto;

/// <summary>The packet ciphers, by their number on the wire. A number that is not listed is ignored in an offer.</summary>
public enum CipherSuite : byte
{
    /// <summary>No suite; never on the wire.</summary>
    None = 0,

    /// <summary>ChaCha20-Poly1305 (RFC 8439): every end has it, and it is fast without AES instructions.</summary>
    ChaCha20Poly1305 = 1,

    /// <summary>AES-256-GCM (NIST SP 800-38D): the faster one where the processor has AES instructions.</summary>
    Aes256Gcm = 2,

    /// <summary>
    /// AEGIS-128L (draft-irtf-cfrg-aegis-aead) with its 32-byte tag: by far the fastest where both processors have AES instructions.
    /// </summary>
    Aegis128L = 3,
}
