using Ants.Protocol;
using Ants.Protocol.Recovery;
using Ants.Protocol.Wire;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Recovery;

[TestFixture]
internal sealed class AckRateTests
{
    private const int PacketSize = 1400;

    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(1);

    [TestCase(10, 40, 2, 24)]
    [TestCase(47, 40, 2, 24)]
    [TestCase(160, 40, 10, 10)]
    [TestCase(1600, 0.2, 100, 1)]
    [TestCase(1600, 400, 100, 24)]
    [TestCase(100_000, 8, 256, 2)]
    public void A_sender_asks_for_sixteen_acknowledgements_of_a_window(int window, double roundTrip, int packets, double delay) =>
        Assert.That(
            AckRate.For(window * PacketSize, PacketSize, TimeSpan.FromMilliseconds(roundTrip), s_least),
            Is.EqualTo(new AckRate(packets, TimeSpan.FromMilliseconds(delay))));

    [Test]
    public void Only_what_differs_by_twice_is_asked_for()
    {
        AckRate present = new(20, TimeSpan.FromMilliseconds(4));
        Assert.That((present with { Packets = 39 }).IsWorthAsking(present), Is.False);
        Assert.That((present with { Packets = 11 }).IsWorthAsking(present), Is.False);
        Assert.That((present with { Packets = 40 }).IsWorthAsking(present), Is.True);
        Assert.That((present with { Packets = 10 }).IsWorthAsking(present), Is.True);
        Assert.That((present with { Delay = TimeSpan.FromMilliseconds(2) }).IsWorthAsking(present), Is.True);
    }

    [Test]
    public void Whatever_a_peer_asks_for_is_kept_within_bounds()
    {
        Assert.That(new AckRate(0, TimeSpan.Zero).Bounded(s_least), Is.EqualTo(new AckRate(2, s_least)));
        Assert.That(
            new AckRate(int.MaxValue, TimeSpan.FromHours(1)).Bounded(s_least), Is.EqualTo(new AckRate(AckRate.MostPackets, AckTracker.Delay)));
    }

    [Test]
    public void As_many_packets_wait_as_were_asked_for_and_no_longer_than_that()
    {
        Instant now = Instant.Zero + TimeSpan.FromSeconds(1);
        AckTracker tracker = Started(now);
        tracker.Rate = new AckRate(10, TimeSpan.FromMilliseconds(3));
        for (ulong number = 1; number <= 9; number++)
        {
            tracker.OnReceived(now + (number * s_least / 9), number, ackEliciting: true);
        }

        Assert.That(tracker.Deadline, Is.EqualTo(now + (s_least / 9) + TimeSpan.FromMilliseconds(3)), "From the first that waits.");
        now += s_least;
        tracker.OnReceived(now, 10, ackEliciting: true);
        Assert.That(tracker.IsAckDue(now), Is.True);
    }

    [Test]
    public void One_out_of_order_is_told_at_once_however_few_were_asked_for()
    {
        Instant now = Instant.Zero + TimeSpan.FromSeconds(1);
        AckTracker tracker = Started(now);
        tracker.Rate = new AckRate(100, AckTracker.Delay);
        tracker.OnReceived(now, 1, ackEliciting: true);
        Assert.That(tracker.IsAckDue(now), Is.False);
        tracker.OnReceived(now, 3, ackEliciting: true);
        Assert.That(tracker.IsAckDue(now), Is.True);
    }

    /// <summary>A path whose first packet has been acknowledged.</summary>
    private static AckTracker Started(Instant now)
    {
        AckTracker tracker = new();
        tracker.OnReceived(now, 0, ackEliciting: true);
        WireWriter writer = new(new byte[100]);
        Assert.That(tracker.TryWrite(now, 0, ref writer, out _));
        return tracker;
    }
}
