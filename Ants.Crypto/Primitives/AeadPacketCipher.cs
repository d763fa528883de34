namespace Ants.Crypto.Primitives;

/// <summary>Packet protection by an AEAD with a 16-byte tag.</summary>
internal sealed class AeadPacketCipher : PacketCipher
{
    private readonly Aead _aead;

    public AeadPacketCipher(CipherSuite suite, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, AeadBackend backend)
        : base(suite, [], iv) => _aead = Aead.Create(suite, key, backend);

    public override int TagSize => Aead.TagSize;

    private protected override void SealCore(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> plaintext, Span<byte> destination) =>
        _aead.Seal(nonce, header, plaintext, destination);

    private protected override bool TryOpenCore(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> sealedBytes, Span<byte> plaintext) =>
        _aead.TryOpen(nonce, header, sealedBytes, plaintext);

    private protected override void Dispose(bool disposing)
    {
        _aead.Dispose();
        base.Dispose(disposing);
    }
}
