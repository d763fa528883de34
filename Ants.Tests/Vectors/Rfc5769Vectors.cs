namespace Ants.Tests.Vectors;

/// <summary>The messages of RFC 5769 section 2, and the SHA-256 message of RFC 8489 appendix B.1.</summary>
internal static class Rfc5769Vectors
{
    /// <summary>The password of sections 2.1 to 2.3 (short-term credential).</summary>
    public const string ShortTermPassword = "VOkJxbRl1RmTxUk/WvJxBt";

    /// <summary>The user of section 2.4: six Katakana letters.</summary>
    public const string LongTermUser = "\u30DE\u30C8\u30EA\u30C3\u30AF\u30B9";

    /// <summary>The realm of section 2.4.</summary>
    public const string LongTermRealm = "example.org";

    /// <summary>The password of section 2.4 after SASLprep.</summary>
    public const string LongTermPassword = "TheMatrIX";

    /// <summary>Section 2.1.</summary>
    public static byte[] Request { get; } = Convert.FromHexString(
        "000100582112a442b7e7a701bc34d686fa87dfae"
        + "802200105354554e207465737420636c69656e74"
        + "002400046e0001ff"
        + "80290008932ff9b151263b36"
        + "000600096576746a3a68367659202020"
        + "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
        + "80280004e57a3bcf");

    /// <summary>Section 2.2.</summary>
    public static byte[] ResponseV4 { get; } = Convert.FromHexString(
        "0101003c2112a442b7e7a701bc34d686fa87dfae"
        + "8022000b7465737420766563746f7220"
        + "002000080001a147e112a643"
        + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
        + "80280004c07d4c96");

    /// <summary>Section 2.3.</summary>
    public static byte[] ResponseV6 { get; } = Convert.FromHexString(
        "010100482112a442b7e7a701bc34d686fa87dfae"
        + "8022000b7465737420766563746f7220"
        + "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
        + "00080014a382954e4be67bf11784c97c8292c275bfe3ed41"
        + "80280004c8fb0b4c");

    /// <summary>Section 2.4.</summary>
    public static byte[] LongTermRequest { get; } = Convert.FromHexString(
        "000100602112a44278ad3433c6ad72c029da412e"
        + "00060012e3839ee38388e383aae38383e382afe382b90000"
        + "0015001c662f2f3439396b39353464364f4c33346f4c39465354767936347341"
        + "0014000b6578616d706c652e6f726700"
        + "00080014f67024656dd64a3e02b8e0712e85c9a28ca89666");

    /// <summary>
    /// RFC 8489 appendix B.1 as corrected by erratum 6268 (the printed one lacks PASSWORD-ALGORITHM, so that its hash
    /// fits nothing): user hash, password algorithm and MESSAGE-INTEGRITY-SHA256.
    /// </summary>
    public static byte[] Sha256Request { get; } = Convert.FromHexString(
        "000100902112a44278ad3433c6ad72c029da412e"
        + "001e00204a3cf38fef6992bda952c6780417da0f24819415569e60b205c46e41407f1704"
        + "001500296f624d61744a6f733241414143662f2f3439396b39353464364f4c33346f4c39465354767936347341000000"
        + "0014000b6578616d706c652e6f726700"
        + "001d000400020000"
        + "001c0020b5c7bf005b6c52a21c51c5e892f81924136296cb927c43149309278cc6518e65");
}
