using Ants.Crypto;

namespace Ants.Tests.Vectors;

/// <summary>Published values of each packet suite; more of ChaCha20-Poly1305 are in Wycheproof's file, where that is present.</summary>
internal static class SuiteVectors
{
    private const string AegisKey = "10010000000000000000000000000000", AegisNonce = "10000200000000000000000000000000";
    private const string GcmKey = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", GcmNonce = "cafebabefacedbaddecaf888";
    private const string GcmText = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
    private const string GcmSealed = "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad";

    // Of GcmText: the hex digits of the 60 bytes that the last test case takes.
    private const int GcmShort = 120;

    public static IReadOnlyList<SuiteVector> All { get; } =
    [
        // RFC 8439 section 2.8.2.
        ChaCha("RFC 8439 2.8.2", "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f", "070000004041424344454647", "50515253c0c1c2c3c4c5c6c7",
            Convert.ToHexString("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."u8),
            "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58"
            + "fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b6116" + "1ae10b594f09e26a7e902ecbd0600691"),

        // "The Galois/Counter Mode of Operation (GCM)", McGrew and Viega, appendix B, test cases 13 to 16: 256-bit keys.
        Gcm("GCM case 13", new string('0', 64), new string('0', 24), "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
        Gcm("GCM case 14", new string('0', 64), new string('0', 24), "", new string('0', 32), "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919"),
        Gcm("GCM case 15", GcmKey, GcmNonce, "", GcmText, GcmSealed + "b094dac5d93471bdec1a502270e3cc6c"),
        Gcm("GCM case 16", GcmKey, GcmNonce, "feedfacedeadbeeffeedfacedeadbeefabaddad2", GcmText[..GcmShort], GcmSealed[..GcmShort] + "76fc6ece0f4e1768cddf8853bb2d551b"),

        // Project Wycheproof, aes_gcm_test.json: texts and associated bytes of odd lengths, and tags that are all ones and all zeros.
        Gcm("Wycheproof 91", "92ace3e348cd821092cd921aa3546374299ab46209691bc28b8752d17f123c20", "00112233445566778899aabb", "00000000ffffffff",
            "00010203040506070809", "e27abdd2d2a53d2f136b" + "9a4a2579529301bcfb71c78d4060f52c"),
        Gcm("Wycheproof 92", "29d3a44f8723dc640239100c365423a312934ac80239212ac3df3421a2098123", "00112233445566778899aabb", "aabbccddeeff",
            "", "2a7d77fa526b8250cb296078926b5020"),
        Gcm("Wycheproof 94", "cc56b680552eb75008f5484b4cb803fa5063ebd6eab91f6ab6aef4916a766273", "99e23ec48985bccdeeab60f1", "",
            "2a", "06" + "633c1e9703ef744ffffb40edf9d14355"),
        Gcm("Wycheproof 98", "3b2458d8176e1621c0cc24c0c0e24c1e80d72f7ee9149a4b166176629616d011", "45aaa3e5d16d2d42dc03445d", "",
            "3ff1514b1c503915918f0c0c31094a6e1f", "73a6b6f45f6ccc5131e07f2caa1f2e2f56" + "2d7379ec1db5952d4e95d30c340b1b1d"),
        Gcm("Wycheproof 102", "f32364b1d339d82e4f132d8f4a0ec1ff7e746517fa07ef1a7f422f4e25a48194", "5a86a50a0e8a179c734b996d", "ab2ac7c44c60bdf8228c7884adb20184",
            "43891bccb522b1e72a6b53cf31c074e9d6c2df8e", "43dda832e942e286da314daa99bef5071d9d2c78" + "c3922583476ced575404ddb85dd8cd44"),
        Gcm("Wycheproof 106", "81b6b27e5ed90ab99fe6756d4cb41e3f07269687f5afabdb426e29096b5e4466", "13e727486031cca21f733375", "",
            "9a95a23cfb1e35d89a7597570df0fb0efcbb7429f53bebcbbfa49fa247b251a8508ad497066855d08688576188e4ffb12d1d084dcabec3d57806daf215dcc97edd",
            "7ede7368bca3c93d9f1d7f7750d6e44b1cb92c30e3c9834b0b69efd2470911644ae6f6d75715e13aea8781f8da611a13ac6364c406c1a715b7e97acb22b6e6156e" + "74e20a93802f43407c8989a37f013802"),
        Gcm("Wycheproof 128", "00112233445566778899aabbccddeeff102132435465768798a9bacbdcedfe0f", new string('0', 24), "",
            "561008fa07a68f5c61285cd013464eaf", "23293e9b07ca7d1b0cae7cc489a973b3" + new string('f', 32)),
        Gcm("Wycheproof 129", "00112233445566778899aabbccddeeff102132435465768798a9bacbdcedfe0f", new string('f', 24), "",
            "c6152244cea1978d3e0bc274cf8c0b3b", "7cb6fc7c6abc009efe9551a99f36a421" + new string('0', 32)),

        // draft-irtf-cfrg-aegis-aead appendix A.2, vectors 1 to 5, with tags of 256 bits.
        Aegis("draft 1", "", "00000000000000000000000000000000",
            "c1c0e58bd913006feba00f4b3cc3594e" + "25835bfbb21632176cf03840687cb968cace4617af1bd0f7d064c639a5c79ee4"),
        Aegis("draft 2", "", "", "1360dc9db8ae42455f6e5b6a9d488ea4f2184c4e12120249335c4ee84bafe25d"),
        Aegis("draft 3", "0001020304050607", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            "79d94593d8c2119d7e8fd9b8fc77845c5c077a05b2528b6ac54b563aed8efe84" + "022cb796fe7e0ae1197525ff67e309484cfbab6528ddef89f17d74ef8ecd82b3"),
        Aegis("draft 4", "0001020304050607", "000102030405060708090a0b0c0d",
            "79d94593d8c2119d7e8fd9b8fc77" + "86f1b80bfb463aba711d15405d094baf4a55a15dbfec81a76f35ed0b9c8b04ac"),
        Aegis("draft 5", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242526272829",
            "101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637",
            "b31052ad1cca4e291abcf2df3502e6bdb1bfd6db36798be3607b1f94d34478aa7ede7f7a990fec10" + "b91e2947a33da8bee89b6794e647baf0fc835ff574aca3fc27c33be0db2aff98"),
    ];

    /// <summary>The same draft's vectors 6 to 9, which must be refused: key and nonce exchanged, another text, other associated bytes, another tag.</summary>
    public static IReadOnlyList<SuiteVector> Refused { get; } =
    [
        Forged("draft 6") with { Key = AegisNonce, Nonce = AegisKey },
        Forged("draft 7", text: "79d94593d8c2119d7e8fd9b8fc78"),
        Forged("draft 8") with { Associated = "0001020304050608" },
        Forged("draft 9", tag: "86f1b80bfb463aba711d15405d094baf4a55a15dbfec81a76f35ed0b9c8b04ad"),
    ];

    private static SuiteVector ChaCha(string source, string key, string nonce, string associated, string text, string sealedBytes) =>
        new(CipherSuite.ChaCha20Poly1305, source, key, nonce, associated, text, sealedBytes);

    private static SuiteVector Gcm(string source, string key, string nonce, string associated, string text, string sealedBytes) =>
        new(CipherSuite.Aes256Gcm, source, key, nonce, associated, text, sealedBytes);

    private static SuiteVector Aegis(string source, string associated, string text, string sealedBytes) =>
        new(CipherSuite.Aegis128L, source, AegisKey, AegisNonce, associated, text, sealedBytes);

    private static SuiteVector Forged(
        string source, string text = "79d94593d8c2119d7e8fd9b8fc77", string tag = "86f1b80bfb463aba711d15405d094baf4a55a15dbfec81a76f35ed0b9c8b04ac") =>
        Aegis(source, "0001020304050607", "", text + tag);
}
