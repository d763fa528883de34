using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Agreement;
using Org.BouncyCastle.Crypto.Kems;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace Ants.Tests.Unit.Crypto;

/// <summary>
/// The session handshake a second time, as a straight line written from the text of Noise revision 34 and its hfs
/// extension, sharing no code with the engine: both ends' secrets are at hand, so each value is computed once.
/// </summary>
internal sealed class IndependentTranscript
{
    private byte[] _h;
    private byte[] _ck;
    private byte[] _k = [];
    private ulong _n;

    public IndependentTranscript(HandshakeInputs inputs)
    {
        byte[] initiatorSeed = SHA512.HashData(inputs.InitiatorSeed)[..32];
        byte[] responderSeed = SHA512.HashData(inputs.ResponderSeed)[..32];
        byte[] initiatorId = Ed25519Public(inputs.InitiatorSeed);
        byte[] responderId = Ed25519Public(inputs.ResponderSeed);
        byte[] s = EdwardsPoints.ToMontgomery(initiatorId);
        byte[] rs = EdwardsPoints.ToMontgomery(responderId);

        // Initialize: the name is longer than 32 bytes, so it is hashed.
        _h = SHA256.HashData(Encoding.ASCII.GetBytes("Noise_IKhfs_25519+MLKEM768_ChaChaPoly_SHA256"));
        _ck = _h;
        MixHash([.. inputs.Label, .. responderId]);
        MixHash(rs);

        // -> e, es, e1, s, ss
        byte[] e = X25519Public(inputs.InitiatorEphemeral);
        MixHash(e);
        MixKey(Agree(inputs.InitiatorEphemeral, rs));
        MLKemPrivateKeyParameters kemKey = MLKemPrivateKeyParameters.FromSeed(MLKemParameters.ml_kem_768, inputs.KemSeed);
        byte[] e1 = Encrypt(kemKey.GetPublicKeyEncoded());
        byte[] sealedStatic = Encrypt(s);
        MixKey(Agree(initiatorSeed, rs));
        Message1 = [.. e, .. e1, .. sealedStatic, .. Encrypt([.. initiatorId, .. inputs.Payload1])];

        EarlySecret = Expand(_ck, [.. "ants early"u8, 0, 1, 0, .. _h], 32);

        // <- e, ee, ekem1, se
        byte[] re = X25519Public(inputs.ResponderEphemeral);
        MixHash(re);
        MixKey(Agree(inputs.ResponderEphemeral, e));
        MLKemEncapsulator encapsulator = new(MLKemParameters.ml_kem_768);
        encapsulator.Init(new ParametersWithRandom(kemKey.GetPublicKey(), new FixedRandom(inputs.KemRandomness)));
        byte[] ciphertext = new byte[encapsulator.EncapsulationLength];
        byte[] kemSecret = new byte[encapsulator.SecretLength];
        encapsulator.Encapsulate(ciphertext, kemSecret);
        byte[] ekem1 = Encrypt(ciphertext);
        MixKey(kemSecret);
        MixKey(Agree(inputs.ResponderEphemeral, s));
        Message2 = [.. re, .. ekem1, .. Encrypt(inputs.Payload2)];

        // Split, and the first generation of traffic secrets.
        (byte[] k1, byte[] k2) = Hkdf(_ck, []);
        HandshakeHash = _h;
        InitiatorTraffic = Expand(k1, [.. "ants traffic"u8, 0, 1, 0, .. _h], 32);
        ResponderTraffic = Expand(k2, [.. "ants traffic"u8, 0, 2, 0, .. _h], 32);
    }

    public byte[] Message1 { get; }

    public byte[] Message2 { get; }

    /// <summary>The secret of early data, after message 1.</summary>
    public byte[] EarlySecret { get; }

    public byte[] HandshakeHash { get; }

    public byte[] InitiatorTraffic { get; }

    public byte[] ResponderTraffic { get; }

    /// <summary>The packet key and iv of a traffic secret.</summary>
    public static (byte[] Key, byte[] Iv) PacketKeys(byte[] traffic, byte direction, byte suite) => (
        Expand(traffic, [.. "ants key"u8, 0, direction, suite], 32),
        Expand(traffic, [.. "ants iv"u8, 0, direction, suite], 12));

    /// <summary>The traffic secret of the next generation.</summary>
    public static byte[] Update(byte[] traffic, byte direction) => Expand(traffic, [.. "ants update"u8, 0, direction, 0], 32);

    /// <summary>A sealed packet, with the nonce put together by hand.</summary>
    public static byte[] SealChaCha(byte[] key, byte[] iv, byte[] nonce, byte[] header, byte[] plaintext)
    {
        byte[] ciphertext = new byte[plaintext.Length];
        byte[] tag = new byte[16];
        using ChaCha20Poly1305 cipher = new(key);
        byte[] masked = [.. nonce.Zip(iv, static (a, b) => (byte)(a ^ b))];
        cipher.Encrypt(masked, plaintext, ciphertext, tag, header);
        return [.. ciphertext, .. tag];
    }

    private void MixHash(byte[] input) => _h = SHA256.HashData([.. _h, .. input]);

    private void MixKey(byte[] input)
    {
        (_ck, _k) = Hkdf(_ck, input);
        _n = 0;
    }

    private byte[] Encrypt(byte[] plaintext)
    {
        byte[] nonce = [0, 0, 0, 0, .. BitConverter.GetBytes(_n++)];
        byte[] ciphertext = SealChaCha(_k, new byte[12], nonce, _h, plaintext);
        MixHash(ciphertext);
        return ciphertext;
    }

    private static (byte[] First, byte[] Second) Hkdf(byte[] chainingKey, byte[] input)
    {
        byte[] temp = Hmac(chainingKey, input);
        byte[] first = Hmac(temp, [1]);
        return (first, Hmac(temp, [.. first, 2]));
    }

    private static byte[] Hmac(byte[] key, byte[] message) => HMACSHA256.HashData(key, message);

    // One block of RFC 5869 section 2.3 is all that is ever asked for.
    private static byte[] Expand(byte[] secret, byte[] info, int length) => Hmac(secret, [.. info, 1])[..length];

    private static byte[] Ed25519Public(byte[] seed) => new Ed25519PrivateKeyParameters(seed).GeneratePublicKey().GetEncoded();

    private static byte[] X25519Public(byte[] secret) => new X25519PrivateKeyParameters(secret).GeneratePublicKey().GetEncoded();

    private static byte[] Agree(byte[] secret, byte[] peer)
    {
        X25519Agreement agreement = new();
        agreement.Init(new X25519PrivateKeyParameters(secret));
        byte[] shared = new byte[32];
        agreement.CalculateAgreement(new X25519PublicKeyParameters(peer), shared, 0);
        return shared;
    }

    private sealed class FixedRandom(byte[] bytes) : SecureRandom
    {
        public override void NextBytes(byte[] buf) => bytes.CopyTo(buf, 0);

        public override void NextBytes(byte[] buf, int off, int len) => bytes.AsSpan(0, len).CopyTo(buf.AsSpan(off));

        public override void NextBytes(Span<byte> buffer) => bytes.AsSpan(0, buffer.Length).CopyTo(buffer);
    }
}
