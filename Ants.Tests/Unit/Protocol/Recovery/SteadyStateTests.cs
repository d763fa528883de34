using Ants.Protocol;
using Ants.Protocol.Recovery;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Recovery;

[TestFixture]
internal sealed class SteadyStateTests
{
    private const int BurstSize = 100;

    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(1);

    [Test]
    public void A_packet_comes_back_from_the_pool_empty()
    {
        SentPacketPool pool = new();
        SentPacket packet = pool.Rent(Instant.Zero);
        packet.Add(new SentFrame(SentFrameKind.MaxData));
        packet.AckEliciting = packet.InFlight = packet.IsMtuProbe = packet.AckedBefore = true;
        packet.LostAt = Instant.Zero;
        pool.Return(packet);
        SentPacket again = pool.Rent(Instant.Zero);
        Assert.That(again, Is.SameAs(packet));
        Assert.That(again.Count, Is.Zero);
        Assert.That(again.AckEliciting || again.InFlight || again.IsMtuProbe || again.AckedBefore || again.LostAt is not null, Is.False);
        Assert.That(pool.Rented, Is.EqualTo(1));
    }

    [Test]
    public void Packets_of_a_burst_are_kept_for_the_next_one()
    {
        SentPacketPool pool = new();
        Instant now = Burst(pool, Instant.Zero);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            now = Burst(pool, now + (s_rest * 0.9));
            pool.Trim(now);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(pool.Deadline, Is.EqualTo(now + s_rest));
    }

    [Test]
    public void An_endpoint_at_rest_gives_its_packets_up()
    {
        SentPacketPool pool = new();
        Instant now = Burst(pool, Instant.Zero);
        pool.Trim(now + s_rest - TimeSpan.FromTicks(1));
        Assert.That(pool.Idle, Is.EqualTo(BurstSize));
        pool.Trim(now + s_rest);
        Assert.That(pool.Idle, Is.LessThan(BurstSize / 4));
        Assert.That(pool.Deadline, Is.Null, "Nothing is left to give up.");
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

    private static Instant Burst(SentPacketPool pool, Instant now)
    {
        SentPacket? sent = null;
        for (int i = 0; i < BurstSize; i++)
        {
            SentPacket packet = pool.Rent(now);
            packet.Next = sent;
            sent = packet;
        }

        while (sent is { } packet)
        {
            sent = packet.Next;
            packet.Next = null;
            pool.Return(packet);
        }

        return now;
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
