using Ants.Crypto;
using Ants.Crypto.Primitives;
using NUnit.Framework;

namespace Ants.Tests.Vectors;

/// <summary>
/// Every packet suite in every implementation against published values, and against what Project Wycheproof does to them: no other tag, text,
/// nonce, key, associated bytes or length is accepted in place of the right one.
/// </summary>
internal sealed class SuiteVectorTests
{
    // As Wycheproof's vectors with "ModifiedTag": one bit, both halves of a word, all bits, and tags of one value.
    private static readonly Func<byte[], byte[]>[] s_otherTags =
    [
        static tag => [.. tag.Select(static b => (byte)~b)],
        static tag => [.. tag.Select(static _ => (byte)0)],
        static tag => [.. tag.Select(static _ => (byte)255)],
        static tag => [.. tag.Select(static b => (byte)(b ^ 0x80))],
        static tag => [.. tag.Select(static b => (byte)(b ^ 0x01))],
        static tag => [.. tag.Select(static (b, i) => (byte)(i is 0 or 8 ? b ^ 0x01 : b))],
        static tag => [.. tag.Reverse()],
    ];

    private static IEnumerable<TestCaseData> Each => Cases(SuiteVectors.All);

    private static IEnumerable<TestCaseData> EachRefused => Cases(SuiteVectors.Refused);

    [TestCaseSource(nameof(Each))]
    public void What_is_published_is_sealed_and_opened(SuiteVector vector, AeadBackend backend)
    {
        Need(vector);
        Assert.That(Convert.ToHexString(vector.Seal(backend)), Is.EqualTo(vector.Sealed).IgnoreCase);
        Assert.That(Convert.ToHexString(vector.Open(backend)!), Is.EqualTo(vector.Text).IgnoreCase);
    }

    [TestCaseSource(nameof(EachRefused))]
    public void What_is_published_as_forged_is_refused(SuiteVector vector, AeadBackend backend)
    {
        Need(vector);
        Assert.That(vector.Open(backend), Is.Null);
    }

    [TestCaseSource(nameof(Each))]
    public void No_other_tag_is_accepted(SuiteVector vector, AeadBackend backend)
    {
        Need(vector);
        byte[] sealedBytes = Convert.FromHexString(vector.Sealed), tag = sealedBytes[^vector.TagSize..];
        foreach (byte[] other in s_otherTags.Select(change => change(tag)).Where(other => !other.SequenceEqual(tag)))
        {
            AssertRefused(vector with { Sealed = Convert.ToHexString([.. sealedBytes[..^vector.TagSize], .. other]) }, backend);
        }
    }

    [TestCaseSource(nameof(Each))]
    public void No_bit_of_anything_may_differ(SuiteVector vector, AeadBackend backend)
    {
        Need(vector);
        foreach (string changed in OneBitOff(vector.Sealed))
        {
            AssertRefused(vector with { Sealed = changed }, backend);
        }

        foreach (string changed in OneBitOff(vector.Nonce))
        {
            AssertRefused(vector with { Nonce = changed }, backend);
        }

        foreach (string changed in OneBitOff(vector.Associated))
        {
            AssertRefused(vector with { Associated = changed }, backend);
        }

        foreach (string changed in OneBitOff(vector.Key))
        {
            AssertRefused(vector with { Key = changed }, backend);
        }
    }

    [TestCaseSource(nameof(Each))]
    public void Nothing_may_be_cut_off_or_added(SuiteVector vector, AeadBackend backend)
    {
        Need(vector);
        for (int length = vector.TagSize * 2; length < vector.Sealed.Length; length += 2)
        {
            AssertRefused(vector with { Sealed = vector.Sealed[..length] }, backend);
            AssertRefused(vector with { Sealed = vector.Sealed[^length..] }, backend);
        }

        AssertRefused(vector with { Sealed = vector.Sealed + "00" }, backend);
        AssertRefused(vector with { Sealed = "00" + vector.Sealed }, backend);
        AssertRefused(vector with { Associated = vector.Associated + "00" }, backend);
        for (int length = 0; length < vector.Associated.Length; length += 2)
        {
            AssertRefused(vector with { Associated = vector.Associated[..length] }, backend);
        }
    }

    private static void Need(SuiteVector vector) =>
        Assume.That(vector.Suite != CipherSuite.Aegis128L || Aegis128L.IsAvailable, "This system has no libsodium.");

    private static void AssertRefused(SuiteVector vector, AeadBackend backend)
    {
        if (vector.Open(backend) is not null)
        {
            Assert.Fail($"It was opened: {vector} with key {vector.Key}, nonce {vector.Nonce}, associated {vector.Associated}, sealed {vector.Sealed}");
        }
    }

    private static IEnumerable<string> OneBitOff(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return Convert.ToHexString(bytes);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    private static IEnumerable<TestCaseData> Cases(IEnumerable<SuiteVector> vectors) =>
        from vector in vectors from backend in vector.Backends select new TestCaseData(vector, backend).SetArgDisplayNames($"{vector}", $"{backend}");
}
