using Ants.Protocol.Recovery;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Recovery;

[TestFixture]
internal sealed class SentFramesTests
{
    [Test]
    public void All_are_kept_in_order_however_many([Values(0, 1, 2, 3, 8, 9, 100)] int count)
    {
        SentFrames frames = new();
        for (int round = 0; round < 3; round++)
        {
            SentFrame[] added = [.. Enumerable.Range(round, count).Select(i => new SentFrame(SentFrameKind.StreamData, (ulong)i, (ulong)i * 7, i, i % 2 == 0))];
            foreach (SentFrame frame in added)
            {
                frames.Add(frame);
            }

            Assert.That(frames.All.ToArray(), Is.EqualTo(added));
            Assert.That(frames.Count, Is.EqualTo(count));
            frames.Clear();
            Assert.That(frames.All.Length, Is.Zero);
        }
    }

    [Test]
    public void Few_allocate_nothing_and_many_only_once()
    {
        SentFrames few = new(), many = new();
        Fill(many, 20);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Fill(few, 2);
        Fill(many, 20);
        Assert.That(GC.GetAllocatedBytesForCurrentThread(), Is.EqualTo(before));
    }

    private static void Fill(SentFrames frames, int count)
    {
        frames.Clear();
        for (int i = 0; i < count; i++)
        {
            frames.Add(new SentFrame(SentFrameKind.MaxData));
        }
    }
}
