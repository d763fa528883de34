using Ants.Protocol;
using Ants.Protocol.Recovery;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Recovery;

[TestFixture]
internal sealed class PacerTests
{
    private const int Size = 1200;
    private static readonly TimeSpan s_promise = TimeSpan.FromMilliseconds(25);

    [Test]
    public void Before_a_round_trip_is_measured_nothing_waits()
    {
        Pacer pacer = new(new RttEstimator(), new NewReno(Size));
        for (int i = 0; i < 1000; i++)
        {
            Assert.That(pacer.BlockedUntil(Instant.Zero, Size), Is.Null);
            pacer.OnSent(Instant.Zero, Size);
        }
    }

    [Test]
    public void A_burst_of_ten_packets_goes_at_once_and_the_next_one_waits_its_share_of_the_round_trip()
    {
        Pacer pacer = Measured(100, out _);
        Assert.That(Burst(pacer, Instant.Zero), Is.EqualTo(10));

        // 1.25 windows of ten packets in 100 ms: a packet every 8 ms.
        Assert.That(pacer.BlockedUntil(Instant.Zero, Size), Is.EqualTo(At(8)));
        Assert.That(pacer.BlockedUntil(At(8), Size), Is.Null);
    }

    [Test]
    public void Over_a_round_trip_a_quarter_more_than_the_window_may_go()
    {
        Pacer pacer = Measured(100, out _);
        Burst(pacer, Instant.Zero);
        int sent = 0;
        for (Instant now = Instant.Zero; now <= At(1000);)
        {
            if (pacer.BlockedUntil(now, Size) is { } until)
            {
                Assert.That(until, Is.GreaterThan(now));
                now = until;
                continue;
            }

            pacer.OnSent(now, Size);
            sent++;
        }

        Assert.That(sent, Is.EqualTo(125).Within(1));
    }

    [Test]
    public void A_long_silence_earns_no_more_than_one_burst()
    {
        Pacer pacer = Measured(100, out _);
        Burst(pacer, Instant.Zero);
        Assert.That(Burst(pacer, At(60_000)), Is.EqualTo(10));
    }

    [Test]
    public void A_fast_path_sends_a_batch_a_millisecond()
    {
        NewReno reno = new(Size);
        Pacer pacer = Measured(10, out _, reno);
        Grow(reno, 1000 * Size);
        Burst(pacer, Instant.Zero);
        Assert.That(pacer.BlockedUntil(Instant.Zero, Size), Is.EqualTo(At(1)));

        // 1.25 x 1000 packets in 10 ms are 125 in each.
        Assert.That(Burst(pacer, At(1)), Is.EqualTo(125).Within(2));
    }

    [Test]
    public void Probes_leave_a_debt_of_at_most_one_burst()
    {
        Pacer pacer = Measured(100, out _);
        Burst(pacer, Instant.Zero);
        for (int i = 0; i < 100; i++)
        {
            pacer.OnSent(Instant.Zero, Size);
        }

        Assert.That(pacer.BlockedUntil(Instant.Zero, Size), Is.EqualTo(At(8 * 11)));
    }

    [Test]
    public void A_packet_larger_than_the_bucket_goes_when_it_is_full()
    {
        Pacer pacer = Measured(100, out _);
        Assert.That(pacer.BlockedUntil(Instant.Zero, 100 * Size), Is.Null);
    }

    [Test]
    public void A_round_trip_of_zero_paces_nothing_to_death()
    {
        Pacer pacer = Measured(0, out _);
        Burst(pacer, Instant.Zero);
        Assert.That(pacer.BlockedUntil(Instant.Zero, Size), Is.Null.Or.EqualTo(At(1)));
    }

    private static Pacer Measured(int milliseconds, out RttEstimator rtt, NewReno? reno = null)
    {
        rtt = new RttEstimator();
        rtt.Update(TimeSpan.FromMilliseconds(milliseconds), TimeSpan.Zero, s_promise);
        return new Pacer(rtt, reno ?? new NewReno(Size));
    }

    private static int Burst(Pacer pacer, Instant now)
    {
        int sent = 0;
        for (; sent < 100_000 && pacer.BlockedUntil(now, Size) is null; sent++)
        {
            pacer.OnSent(now, Size);
        }

        return sent;
    }

    private static void Grow(NewReno reno, int window)
    {
        RttEstimator rtt = new();
        while (reno.Window < window)
        {
            reno.OnSent(Instant.Zero, Size, reno.Window);
            reno.OnAcked(Instant.Zero, Math.Min(Size, window - reno.Window), Instant.Zero, rtt);
        }
    }

    private static Instant At(int milliseconds) => Instant.Zero + TimeSpan.FromMilliseconds(milliseconds);
}
