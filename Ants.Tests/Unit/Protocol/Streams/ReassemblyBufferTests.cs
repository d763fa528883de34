using Ants.Protocol.Streams;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Streams;

[TestFixture]
internal sealed class ReassemblyBufferTests
{
    [Test]
    public void Bytes_are_found_again_where_they_were_put()
    {
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[0, 3_000]).Array[1, 40].Sample(pieces =>
        {
            var buffer = new ReassemblyBuffer(0);
            var model = new bool[14_000];
            foreach ((int offset, int count) in pieces)
            {
                Assert.That(buffer.TryStore((ulong)offset, TestStreams.Bytes((ulong)offset, count)), Is.True);
                model.AsSpan(offset, count).Fill(true);
            }

            for (int at = 0; at < model.Length;)
            {
                ReadOnlySpan<byte> run = buffer.RunAt((ulong)at);
                Assert.That(run.SequenceEqual(TestStreams.Bytes((ulong)at, run.Length)));
                Assert.That(model.AsSpan(at, run.Length).Contains(false), Is.False);
                Assert.That(run.IsEmpty, Is.EqualTo(!model[at]));
                at += Math.Max(1, run.Length);
            }

            buffer.Clear();
        }, iter: 40);
    }

    [TestCase(0, 1)]
    [TestCase(63, 2)]
    [TestCase(4095, 2)]
    [TestCase(5000, 400)]
    public void One_differing_byte_is_noticed_and_an_equal_copy_is_not(int offset, int count)
    {
        var buffer = new ReassemblyBuffer(0);
        byte[] bytes = TestStreams.Bytes((ulong)offset, count);
        Assert.That(buffer.TryStore((ulong)offset, bytes), Is.True);
        Assert.That(buffer.TryStore((ulong)offset, bytes), Is.True);
        bytes[^1] ^= 1;
        Assert.That(buffer.Agrees((ulong)offset, bytes), Is.False);
        Assert.That(buffer.TryStore((ulong)offset, bytes), Is.False);
    }

    [Test]
    public void Bytes_that_are_not_held_agree_with_anything()
    {
        var buffer = new ReassemblyBuffer(0);
        buffer.TryStore(100, TestStreams.Bytes(100, 50));
        byte[] around = [.. new byte[100], .. TestStreams.Bytes(100, 50), .. new byte[9000]];
        Assert.That(buffer.Agrees(0, around), Is.True);
        Assert.That(buffer.BlockCount, Is.EqualTo(1));
    }

    [Test]
    public void Blocks_go_once_everything_in_them_lies_below()
    {
        var buffer = new ReassemblyBuffer(1UL << 40);
        buffer.TryStore(1UL << 40, TestStreams.Bytes(0, 3 * ReassemblyBlock.Size));
        buffer.ReleaseBelow((1UL << 40) + ReassemblyBlock.Size - 1);
        Assert.That(buffer.BlockCount, Is.EqualTo(3));
        buffer.ReleaseBelow((1UL << 40) + (2 * ReassemblyBlock.Size));
        Assert.That(buffer.BlockCount, Is.EqualTo(1));
        buffer.Clear();
        Assert.That(buffer.IsEmpty, Is.True);
    }
}
