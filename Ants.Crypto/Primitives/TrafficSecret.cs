using System.Security.Cryptography;
using System.Text;

namespace Ants.Crypto.Primitives;

/// <summary>
/// The secret of one direction of a session and one generation of its keys. All is HKDF-Expand of SHA-256 (RFC 5869
/// section 2.3) with one form of info:
/// <code>
///   "ants " purpose 0x00 | direction (1) | suite (1) | context
///
///   generation 0   secret = Expand(Noise transport key, "traffic", suite 0, handshake hash), 32 bytes
///   early data     secret = Expand(chaining key,        "early",   suite 0, transcript hash), both after message 1
///   generation n+1 secret = Expand(secret of n,         "update",  suite 0, nothing),        32 bytes
///   packet key            = Expand(secret of n,         "key",     suite,   nothing),        32 bytes
///   packet iv             = Expand(secret of n,         "iv",      suite,   nothing),        12 bytes
/// </code>
/// </summary>
internal sealed class TrafficSecret : IDisposable
{
    private const int Size = 32;
    private const int IvSize = 12;

    private readonly byte[] _secret = GC.AllocateArray<byte>(Size, pinned: true);
    private readonly Direction _direction;

    private TrafficSecret(Direction direction) => _direction = direction;

    /// <summary>The first generation, bound to the whole handshake by its hash.</summary>
    public static TrafficSecret FromHandshake(Direction direction, ReadOnlySpan<byte> transportKey, ReadOnlySpan<byte> handshakeHash)
    {
        TrafficSecret first = new(direction);
        Expand(transportKey, "traffic", direction, CipherSuite.None, handshakeHash, first._secret);
        return first;
    }

    /// <summary>
    /// The secret of early data, from the chaining key and transcript hash after message 1. Noise puts DH results and KEM secrets of 32 bytes
    /// under the same chaining key; the info is longer, so that the two can never meet.
    /// </summary>
    public static TrafficSecret ForEarlyData(ReadOnlySpan<byte> chainingKey, ReadOnlySpan<byte> transcript)
    {
        TrafficSecret early = new(Direction.FromInitiator);
        Expand(chainingKey, "early", Direction.FromInitiator, CipherSuite.None, transcript, early._secret);
        return early;
    }

    /// <summary>The next generation, for a key update. This one cannot be had back from it.</summary>
    public TrafficSecret Next()
    {
        TrafficSecret next = new(_direction);
        Expand(_secret, "update", _direction, CipherSuite.None, [], next._secret);
        return next;
    }

    /// <summary>The same secret, with a life of its own.</summary>
    public TrafficSecret Clone()
    {
        TrafficSecret copy = new(_direction);
        _secret.CopyTo(copy._secret, 0);
        return copy;
    }

    public PacketCipher CreateCipher(CipherSuite suite, AeadBackend backend)
    {
        Span<byte> key = stackalloc byte[Aead.KeySize];
        Span<byte> iv = stackalloc byte[IvSize];
        Expand(_secret, "key", _direction, suite, [], key);
        Expand(_secret, "iv", _direction, suite, [], iv);
        PacketCipher cipher = PacketCipher.Create(suite, key, iv, backend);
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(iv);
        return cipher;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);

    private static void Expand(
        ReadOnlySpan<byte> secret, string purpose, Direction direction, CipherSuite suite, ReadOnlySpan<byte> context, Span<byte> output)
    {
        byte[] info = [.. "ants "u8, .. Encoding.ASCII.GetBytes(purpose), 0, (byte)direction, (byte)suite, .. context];
        HKDF.Expand(HashAlgorithmName.SHA256, secret, output, info);
    }
}
