using System.Buffers.Binary;
using System.Security.Cryptography;
using Ants.Crypto.Primitives;

namespace Ants.Crypto;

/// <summary>
/// Seals or opens the packets of one direction under one key, from <see cref="SessionSecrets"/>. Not safe for
/// concurrent use. The caller never seals two packets with one (path, number) pair.
/// <code>
///  nonce   +---------+--------------------+----------------------------------+
///          | 0 (32)  | path id (32, BE)   | packet number (64, BE)           |   XOR iv
///          +---------+--------------------+----------------------------------+
///            AEGIS-128L alone has the zeros: its nonce and iv have 128 bits, those of the others 96
///  sealed  | ciphertext (as long as the plaintext)       | tag (TagSize)     |
/// </code>
/// </summary>
public abstract class PacketCipher : IDisposable
{
    // Path id and packet number, at the nonce's end.
    private const int Numbers = 12;
    private const int MaxIvSize = 16;

    // The iv, and before it the key of a suite that needs nothing but its bytes. Pinned, so that no copy of it stays anywhere.
    private readonly byte[] _secret;
    private readonly int _keySize;

    private protected PacketCipher(CipherSuite suite, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
    {
        Suite = suite;
        _keySize = key.Length;
        _secret = GC.AllocateArray<byte>(key.Length + iv.Length, pinned: true);
        key.CopyTo(_secret);
        iv.CopyTo(_secret.AsSpan(key.Length));
    }

    /// <summary>The suite.</summary>
    public CipherSuite Suite { get; }

    /// <summary>What sealing adds to a packet, in bytes.</summary>
    public abstract int TagSize { get; }

    private protected ReadOnlySpan<byte> Key => _secret.AsSpan(0, _keySize);

    private ReadOnlySpan<byte> Iv => _secret.AsSpan(_keySize);

    /// <summary>
    /// Seals a packet. The destination is the plaintext's length and <see cref="TagSize"/> long, and may begin exactly
    /// where the plaintext does; it may not overlap it otherwise. The header is authenticated, not encrypted.
    /// </summary>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public void Seal(
        uint pathId, ulong packetNumber, ReadOnlySpan<byte> header, ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        if (destination.Length != plaintext.Length + TagSize)
        {
            throw new ArgumentException("The destination must hold the plaintext and the tag, exactly.", nameof(destination));
        }

        Span<byte> nonce = (stackalloc byte[MaxIvSize])[..Iv.Length];
        WriteNonce(pathId, packetNumber, nonce);
        SealCore(nonce, header, plaintext, destination);
    }

    /// <summary>
    /// Opens a packet. The destination is the sealed length less <see cref="TagSize"/>, and may begin exactly where the
    /// sealed bytes do. False for a packet that was not sealed so, or is shorter than a tag; the destination's content
    /// is then lost, so whoever means to try a second key opens into another buffer.
    /// </summary>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public bool TryOpen(
        uint pathId, ulong packetNumber, ReadOnlySpan<byte> header, ReadOnlySpan<byte> sealedBytes, Span<byte> plaintext)
    {
        if (sealedBytes.Length < TagSize)
        {
            return false;
        }

        if (plaintext.Length != sealedBytes.Length - TagSize)
        {
            throw new ArgumentException("The destination must hold the plaintext, exactly.", nameof(plaintext));
        }

        Span<byte> nonce = (stackalloc byte[MaxIvSize])[..Iv.Length];
        WriteNonce(pathId, packetNumber, nonce);
        return TryOpenCore(nonce, header, sealedBytes, plaintext);
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    internal static PacketCipher Create(CipherSuite suite, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, AeadBackend backend) =>
        suite == CipherSuite.Aegis128L ? new AegisPacketCipher(key, iv) : new AeadPacketCipher(suite, key, iv, backend);

    private protected virtual void Dispose(bool disposing) => CryptographicOperations.ZeroMemory(_secret);

    private protected abstract void SealCore(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> plaintext, Span<byte> destination);

    private protected abstract bool TryOpenCore(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> sealedBytes, Span<byte> plaintext);

    private void WriteNonce(uint pathId, ulong packetNumber, Span<byte> nonce)
    {
        Iv.CopyTo(nonce);
        Span<byte> path = nonce.Slice(nonce.Length - Numbers, sizeof(uint)), number = nonce[^sizeof(ulong)..];
        BinaryPrimitives.WriteUInt32BigEndian(path, BinaryPrimitives.ReadUInt32BigEndian(path) ^ pathId);
        BinaryPrimitives.WriteUInt64BigEndian(number, BinaryPrimitives.ReadUInt64BigEndian(number) ^ packetNumber);
    }
}
