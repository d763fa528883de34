using System.Text;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Streams;

public sealed class StreamHeaderTests
{
    [Test]
    public void A_header_is_these_bytes() =>
        Assert.That(Convert.ToHexStringLower(StreamHeader.Encode("echo/1")), Is.EqualTo("06" + "6563686f2f31"));

    [TestCase("a")]
    [TestCase("ants.relay/1")]
    [TestCase("grüße/1")]
    public void A_name_is_read_back_and_what_follows_is_left(string name)
    {
        byte[] header = StreamHeader.Encode(name);
        Assert.That(Read([.. header, 1, 2, 3], out string? read), Is.EqualTo((ReadStatus.Complete, header.Length)));
        Assert.That(read, Is.EqualTo(name));
    }

    [Test]
    public void The_longest_name_takes_the_longest_header()
    {
        byte[] header = StreamHeader.Encode(new string('x', StreamHeader.MaxNameBytes));
        Assert.That(header, Has.Length.EqualTo(StreamHeader.MaxLength));
        Assert.That(Read(header, out _).Status, Is.EqualTo(ReadStatus.Complete));
    }

    [Test]
    public void A_header_that_is_cut_waits_for_more()
    {
        byte[] header = StreamHeader.Encode(new string('x', 100));
        for (int cut = 0; cut < header.Length; cut++)
        {
            Assert.That(Read(header[..cut], out _).Status, Is.EqualTo(ReadStatus.Incomplete));
        }
    }

    [TestCase("00", TestName = "An empty name is refused")]
    [TestCase("4100", TestName = "A name of 256 bytes is refused before it has come")]
    [TestCase("02c328", TestName = "Bytes that are no UTF-8 are refused")]
    public void What_is_no_name_is_refused(string hex) =>
        Assert.That(Read(Convert.FromHexString(hex), out _).Status, Is.EqualTo(ReadStatus.Malformed));

    [Test]
    public void Names_that_no_header_carries_are_said_to_be_invalid()
    {
        Assert.That(StreamHeader.IsValid(""), Is.False);
        Assert.That(StreamHeader.IsValid(new string('x', 256)), Is.False);
        Assert.That(StreamHeader.IsValid(new string('ü', 128)), Is.False);
        Assert.That(StreamHeader.IsValid("\ud800"), Is.False);
        Assert.That(() => StreamHeader.Encode(""), Throws.ArgumentException);
    }

    [Test]
    public void Nothing_that_arrives_throws() => Gen.Byte.Array[0, 300].Sample(bytes =>
    {
        if (Read(bytes, out string? name).Status == ReadStatus.Complete)
        {
            Assert.That(Encoding.UTF8.GetByteCount(name!), Is.InRange(1, StreamHeader.MaxNameBytes));
        }
    });

    private static (ReadStatus Status, int Length) Read(byte[] bytes, out string? name) =>
        (StreamHeader.Read(SplitSequence.Of(bytes), out name, out int length), length);
}
