using Org.BouncyCastle.Crypto.Kems;
using Org.BouncyCastle.Crypto.Parameters;

namespace Ants.Crypto.Primitives;

/// <summary>ML-KEM-768 (FIPS 203): secure against a quantum computer, NIST category 3.</summary>
internal sealed class MlKem768 : Kem
{
    // FIPS 203 section 8, table 3, and d || z of section 7.1.
    public const int EncapsulationKeySize = 1184;
    public const int EncapsulationSize = 1088;
    public const int SharedSecretSize = 32;
    public const int SeedSize = 64;

    private MlKem768()
    {
    }

    public static MlKem768 Instance { get; } = new();

    public override int PublicKeySize => EncapsulationKeySize;

    public override int CiphertextSize => EncapsulationSize;

    public override int SecretSize => SharedSecretSize;

    public override KemKeyPair Generate(EntropySource entropy)
    {
        // BouncyCastle keeps the array that it is given: it is theirs from here.
        byte[] seed = new byte[SeedSize];
        entropy.Fill(seed);
        return new KeyPair(MLKemPrivateKeyParameters.FromSeed(MLKemParameters.ml_kem_768, seed));
    }

    public override bool TryEncapsulate(
        EntropySource entropy, ReadOnlySpan<byte> publicKey, Span<byte> ciphertext, Span<byte> secret)
    {
        if (!IsValidKey(publicKey))
        {
            return false;
        }

        MLKemPublicKeyParameters key = MLKemPublicKeyParameters.FromEncoding(MLKemParameters.ml_kem_768, publicKey.ToArray());
        MLKemEncapsulator encapsulator = new(MLKemParameters.ml_kem_768);
        encapsulator.Init(new ParametersWithRandom(key, EntropyRandomGenerator.Wrap(entropy)));
        encapsulator.Encapsulate(ciphertext, secret);
        return true;
    }

    // FIPS 203 section 7.2, the encapsulation key check: the length, and every coefficient reduced modulo q = 3329.
    // ek = 3 polynomials x 256 coefficients x 12 bits (two coefficients in three bytes), then the 32 bytes of rho.
    public override bool IsValidKey(ReadOnlySpan<byte> publicKey)
    {
        const int Q = 3329;
        if (publicKey.Length != EncapsulationKeySize)
        {
            return false;
        }

        for (int i = 0; i < EncapsulationKeySize - 32; i += 3)
        {
            int even = publicKey[i] | ((publicKey[i + 1] & 0x0f) << 8);
            int odd = (publicKey[i + 1] >> 4) | (publicKey[i + 2] << 4);
            if (even >= Q || odd >= Q)
            {
                return false;
            }
        }

        return true;
    }

    internal sealed class KeyPair : KemKeyPair
    {
        private readonly byte[] _publicKey;

        // BouncyCastle's key cannot be zeroed; it is let go as soon as it has been used.
        private MLKemPrivateKeyParameters? _key;

        public KeyPair(MLKemPrivateKeyParameters key)
        {
            _key = key;
            _publicKey = key.GetPublicKeyEncoded();
        }

        public override ReadOnlySpan<byte> PublicKey => _publicKey;

        // FIPS 203 section 7.3: a ciphertext of the right length always decapsulates; a forged one gives a secret that
        // depends on z (implicit rejection), so that the handshake fails at the next tag and tells nothing here.
        public override bool TryDecapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> secret)
        {
            ObjectDisposedException.ThrowIf(_key is null, this);
            if (ciphertext.Length != EncapsulationSize)
            {
                return false;
            }

            MLKemDecapsulator decapsulator = new(MLKemParameters.ml_kem_768);
            decapsulator.Init(_key);
            decapsulator.Decapsulate(ciphertext, secret);
            return true;
        }

        public override void Dispose() => _key = null;
    }
}
