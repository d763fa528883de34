using Ants.Crypto.Primitives;

namespace Ants.Crypto;

/// <summary>
/// The packet ciphers of one direction of a session, generation after generation, from <see cref="SessionSecrets"/>. What has been
/// handed out cannot be had again: the secret of a generation is zeroed when its cipher is made. Not safe for concurrent use.
/// </summary>
public sealed class PacketKeyChain : IDisposable
{
    private readonly CipherSuite _suite;
    private readonly AeadBackend _backend;
    private TrafficSecret _secret;
    private bool _disposed;

    internal PacketKeyChain(TrafficSecret first, CipherSuite suite, AeadBackend backend)
    {
        _secret = first.Clone();
        _suite = suite;
        _backend = backend;
    }

    /// <summary>The cipher of the next generation; the first call gives generation 0. The caller disposes it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The suite is not implemented.</exception>
    public PacketCipher Next()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        PacketCipher cipher = _secret.CreateCipher(_suite, _backend);
        TrafficSecret spent = _secret;
        _secret = spent.Next();
        spent.Dispose();
        return cipher;
    }

    /// <summary>Zeroes the secret. Ciphers that were made keep working.</summary>
    public void Dispose()
    {
        _disposed = true;
        _secret.Dispose();
    }
}
