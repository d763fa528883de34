using System.Security.Cryptography;

namespace Ants.Crypto.Primitives;

/// <summary>Packet protection by AEGIS-128L. Its key is plain bytes that we own: nothing native lives as long as a session.</summary>
internal sealed class AegisPacketCipher : PacketCipher
{
    private readonly byte[] _key = GC.AllocateArray<byte>(Aegis128L.KeySize, pinned: true);

    public AegisPacketCipher(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
        : base(CipherSuite.Aegis128L, iv) => key.CopyTo(_key);

    public override int TagSize => Aegis128L.TagSize;

    private protected override void SealCore(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> plaintext, Span<byte> destination) =>
        Aegis128L.Seal(_key, nonce, header, plaintext, destination);

    private protected override bool TryOpenCore(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> sealedBytes, Span<byte> plaintext) =>
        Aegis128L.TryOpen(_key, nonce, header, sealedBytes, plaintext);

    private protected override void Dispose(bool disposing)
    {
        CryptographicOperations.ZeroMemory(_key);
        base.Dispose(disposing);
    }
}
