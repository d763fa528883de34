using Ants.Protocol.Recovery;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Recovery;

[TestFixture]
internal sealed class SteadyStateTests
{
    [Test]
    public void A_packet_comes_back_from_the_pool_empty()
    {
        SentPacketPool pool = new();
        SentPacket packet = pool.Rent();
        packet.Frames.Add(new SentFrame(SentFrameKind.MaxData));
        packet.AckEliciting = packet.InFlight = packet.IsMtuProbe = packet.AckedBefore = true;
        packet.LostAt = default(Ants.Protocol.Instant);
        pool.Return(packet);
        SentPacket again = pool.Rent();
        Assert.That(again, Is.SameAs(packet));
        Assert.That(again.Frames, Is.Empty);
        Assert.That(again.AckEliciting || again.InFlight || again.IsMtuProbe || again.AckedBefore || again.LostAt is not null, Is.False);
        Assert.That(pool.Rented, Is.EqualTo(1));
    }

    [Test]
    public void Sending_and_acknowledging_allocate_nothing_once_they_run()
    {
        SenderBench bench = new();
        (ulong, ulong)[] ranges = new (ulong, ulong)[2];
        RunRounds(bench, ranges, 200);
        bench.Fate.Acked.Capacity = bench.Fate.Lost.Capacity = 100_000;
        long before = GC.GetAllocatedBytesForCurrentThread();
        RunRounds(bench, ranges, 1000);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    /// <summary>Rounds of five packets of which the second is lost.</summary>
    private static void RunRounds(SenderBench bench, (ulong, ulong)[] ranges, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            ulong first = bench.Send();
            bench.SendMany(4);
            bench.Wait(20);
            ranges[0] = (first + 2, first + 4);
            ranges[1] = (first, first);
            bench.TryAck(out _, ranges);
            bench.Wait(20);
            bench.Timeout();
        }
    }
}
