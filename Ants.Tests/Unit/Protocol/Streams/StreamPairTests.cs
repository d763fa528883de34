using Ants.Protocol.Streams;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Streams;

[TestFixture]
internal sealed class StreamPairTests
{
    [Test]
    public void Every_byte_arrives_once_and_in_order_however_packets_are_lost_reordered_and_doubled()
    {
        int streams = 0, finished = 0;
        ulong bytes = 0;
        Gen.Select(Gen.Int[0, int.MaxValue - 1], Gen.Double[0, 0.4], Gen.Int[0, 600]).Sample(
            (seed, loss, steps) =>
            {
                var pair = new StreamPair(seed, loss);
                pair.Run(steps);
                foreach ((ulong id, StreamEndpoint left) in pair.Left.Endpoints)
                {
                    if (!pair.Right.Endpoints.TryGetValue(id, out StreamEndpoint? right))
                    {
                        Assert.Fail($"Stream {id} was not seen at the other end.");
                        continue;
                    }

                    Check(left, right);
                    Check(right, left);
                    Interlocked.Increment(ref streams);
                    Interlocked.Add(ref finished, left.Finished ? 1 : 0);
                    Interlocked.Add(ref bytes, left.Received + right.Received);
                }
            },
            iter: 2000);
        TestContext.Out.WriteLine($"{streams} streams, {finished} of them read to their end by one side, {bytes} bytes.");
        Assert.That(finished, Is.GreaterThan(streams / 4));
    }

    private static void Check(StreamEndpoint sender, StreamEndpoint receiver)
    {
        Assert.That(sender.IsClosed && receiver.IsClosed, "Both ends forget the stream.");
        Assert.That(receiver.Received, Is.LessThanOrEqualTo((ulong)sender.Total));
        if (receiver.Finished)
        {
            Assert.That(receiver.Received, Is.EqualTo((ulong)sender.Total), "FIN comes last.");
        }

        if (sender.HasAllAcked)
        {
            Assert.That(sender.SendGivenUp, Is.False);
        }
    }
}
