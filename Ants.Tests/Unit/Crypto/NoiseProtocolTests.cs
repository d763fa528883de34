using Ants.Crypto.Noise;
using NUnit.Framework;

namespace Ants.Tests.Unit.Crypto;

[TestFixture]
internal sealed class NoiseProtocolTests
{
    [TestCase("Noise_IKhfs_25519+MLKEM768_ChaChaPoly_SHA256", "E ES KemKey S SS / E EE KemCiphertext KemSecret SE")]
    [TestCase("Noise_XXhfs_25519+MLKEM768_ChaChaPoly_SHA256", "E KemKey / E EE KemCiphertext KemSecret S ES / S SE")]
    [TestCase("Noise_IKhfs_25519+448_ChaChaPoly_SHA256", "E KemKey ES S SS / E KemCiphertext EE KemSecret SE")]
    [TestCase("Noise_IKpsk0_25519_ChaChaPoly_SHA256", "Psk E ES S SS / E EE SE")]
    [TestCase("Noise_XXpsk3_25519_ChaChaPoly_SHA256", "E / E EE S ES / S SE Psk")]
    [TestCase("Noise_IKhfs+psk2_25519+MLKEM768_AESGCM_BLAKE2b", "E ES KemKey S SS / E EE KemCiphertext KemSecret SE Psk")]
    [TestCase("Noise_NNpsk0+psk2_25519_AESGCM_BLAKE2s", "Psk E / E EE Psk")]
    [TestCase("Noise_X1K1_25519_AESGCM_SHA512", "E / E EE ES / S / SE")]
    public void Modifiers_put_their_tokens_where_the_specifications_say(string name, string expected)
    {
        NoiseProtocol protocol = NoiseProtocol.Parse(name);
        Assert.That(string.Join(" / ", protocol.Pattern.Messages.Select(static message => string.Join(' ', message))), Is.EqualTo(expected));
    }

    [TestCase("")]
    [TestCase("Noise_IK_25519_ChaChaPoly")]
    [TestCase("Noise_IK_25519_ChaChaPoly_SHA256_")]
    [TestCase("NoisePSK_IK_25519_ChaChaPoly_SHA256")]
    [TestCase("Noise_IK_448_ChaChaPoly_SHA256")]
    [TestCase("Noise_IK_25519_Salsa_SHA256")]
    [TestCase("Noise_IK_25519_ChaChaPoly_MD5")]
    [TestCase("Noise_QQ_25519_ChaChaPoly_SHA256")]
    [TestCase("Noise__25519_ChaChaPoly_SHA256")]
    [TestCase("Noise_IKpsk_25519_ChaChaPoly_SHA256")]
    [TestCase("Noise_IKpsk9_25519_ChaChaPoly_SHA256")]
    [TestCase("Noise_IKpsk3_25519_ChaChaPoly_SHA256")]
    [TestCase("Noise_IKpsk1+_25519_ChaChaPoly_SHA256")]
    [TestCase("Noise_IKfallback_25519_ChaChaPoly_SHA256")]
    [TestCase("Noise_IKhfs_25519_ChaChaPoly_SHA256")]
    [TestCase("Noise_IK_25519+MLKEM768_ChaChaPoly_SHA256")]
    [TestCase("Noise_Nhfs_25519+MLKEM768_ChaChaPoly_SHA256")]
    [TestCase("Noise_Khfs_25519+448_ChaChaPoly_SHA256")]
    public void A_name_that_is_malformed_or_unknown_is_refused(string name)
    {
        Assert.That(NoiseProtocol.TryParse(name, out _), Is.False);
        Assert.Throws<FormatException>(() => NoiseProtocol.Parse(name));
    }
}
