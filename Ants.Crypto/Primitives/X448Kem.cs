using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc7748;

namespace Ants.Crypto.Primitives;

/// <summary>X448 (RFC 7748) as the second key exchange of the published hybrid Noise vectors.</summary>
internal sealed class X448Kem : Kem
{
    private const int KeySize = 56;

    private X448Kem()
    {
    }

    public static X448Kem Instance { get; } = new();

    public override int PublicKeySize => KeySize;

    public override int CiphertextSize => KeySize;

    public override int SecretSize => KeySize;

    public override KemKeyPair Generate(EntropySource entropy) => new KeyPair(entropy);

    public override bool IsValidKey(ReadOnlySpan<byte> publicKey) => publicKey.Length == KeySize;

    public override bool TryEncapsulate(
        EntropySource entropy, ReadOnlySpan<byte> publicKey, Span<byte> ciphertext, Span<byte> secret)
    {
        using KeyPair own = new(entropy);
        own.PublicKey.CopyTo(ciphertext);
        return own.TryDecapsulate(publicKey, secret);
    }

    private sealed class KeyPair : KemKeyPair
    {
        private readonly byte[] _secret = GC.AllocateArray<byte>(KeySize, pinned: true);
        private readonly byte[] _public = new byte[KeySize];

        public KeyPair(EntropySource entropy)
        {
            entropy.Fill(_secret);
            X448.ScalarMultBase(_secret, _public);
        }

        public override ReadOnlySpan<byte> PublicKey => _public;

        public override bool TryDecapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> secret) =>
            X448.CalculateAgreement(_secret, ciphertext, secret);

        public override void Dispose() => CryptographicOperations.ZeroMemory(_secret);
    }
}
