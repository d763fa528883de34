namespace Ants.Crypto.Primitives;

/// <summary>Packet protection by AEGIS-128L. Its key is plain bytes that we own: nothing native lives as long as a session.</summary>
internal sealed class AegisPacketCipher(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv) : PacketCipher(CipherSuite.Aegis128L, key, iv)
{
    public override int TagSize => Aegis128L.TagSize;

    private protected override void SealCore(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> plaintext, Span<byte> destination) =>
        Aegis128L.Seal(Key, nonce, header, plaintext, destination);

    private protected override bool TryOpenCore(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> sealedBytes, Span<byte> plaintext) =>
        Aegis128L.TryOpen(Key, nonce, header, sealedBytes, plaintext);
}
