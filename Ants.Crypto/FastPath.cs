namespace Ants.Crypto;

/// <summary>
/// What ANTS does faster where it can. Each has a portable way beside it that does the same, and can be forced off by its name: see
/// <see cref="FastPaths"/>.
/// </summary>
internal enum FastPath
{
    /// <summary>Many datagrams in one call, and a receiving thread of the socket's own (Linux). Otherwise: the sockets of .NET.</summary>
    Sockets,

    /// <summary>AEGIS-128L by libsodium. Otherwise: AES-256-GCM or ChaCha20-Poly1305.</summary>
    Aegis,

    /// <summary>AEADs of the platform, through the BCL. Otherwise: BouncyCastle's.</summary>
    Ciphers,

    /// <summary>What an idle session writes is sent by the writer at once, and a reader tells the peer that there is room. Otherwise: all work is posted to the driver.</summary>
    Writes,

    /// <summary>
    /// A reader of a fast stream is woken for more at once, and readers and writers on a thread that stands by. Otherwise: for whatever has come, on
    /// the pool.
    /// </summary>
    Wakes,

    /// <summary>Packets as large as the path carries. Otherwise: the size that every path carries.</summary>
    PacketSize,

    /// <summary>Relayed packets beside the sessions with the relay. Otherwise: inside, sealed once more on each leg.</summary>
    Forwarding,
}
