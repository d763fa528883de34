using Ants.Protocol;
using Ants.Protocol.Recovery;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Recovery;

[TestFixture]
internal sealed class NewRenoTests
{
    private static readonly RttEstimator s_rtt = new();

    [TestCase(1000, 10_000)]
    [TestCase(1200, 12_000)]
    [TestCase(1472, 14_720)]
    [TestCase(9000, 18_000)]
    public void The_initial_window_is_ten_packets_within_the_byte_limit(int size, int window) =>
        Assert.That(new NewReno(size).Window, Is.EqualTo(window));

    [Test]
    public void Slow_start_doubles_the_window_in_a_round_trip()
    {
        NewReno reno = new(1200);
        Round(reno, At(0), At(1));
        Assert.That(reno.Window, Is.EqualTo(24_000));
        Assert.That(reno.InSlowStart, Is.True);
    }

    [Test]
    public void A_loss_halves_the_window_once_a_round_trip()
    {
        NewReno reno = new(1200);
        Round(reno, At(0), At(1));
        reno.OnLost(At(10), 1200, At(5));
        Assert.That((reno.Window, reno.InSlowStart), Is.EqualTo((12_000, false)));
        reno.OnLost(At(12), 1200, At(9));
        Assert.That(reno.Window, Is.EqualTo(12_000), "Sent before the cut.");
        reno.OnLost(At(20), 1200, At(11));
        Assert.That(reno.Window, Is.EqualTo(6_000), "Sent after it.");
    }

    [Test]
    public void What_was_sent_before_a_cut_does_not_grow_the_window()
    {
        NewReno reno = new(1200);
        reno.OnSent(At(0), 1200, 12_000);
        reno.OnLost(At(10), 1200, At(0));
        reno.OnAcked(At(11), 1200, At(0), s_rtt);
        Assert.That(reno.Window, Is.EqualTo(6_000));
    }

    [Test]
    public void Congestion_avoidance_adds_one_packet_a_round_trip()
    {
        NewReno reno = new(1200);
        reno.OnLost(At(1), 1200, At(0));
        Assert.That(reno.Window, Is.EqualTo(6_000));
        for (int round = 1; round <= 5; round++)
        {
            Round(reno, At(round * 10), At((round * 10) + 5));
            Assert.That(reno.Window, Is.EqualTo(6_000 + (round * 1200)));
        }
    }

    [Test]
    public void The_window_never_falls_below_two_packets()
    {
        NewReno reno = new(1200);
        for (int i = 0; i < 20; i++)
        {
            reno.OnLost(At((i * 10) + 5), 1200, At((i * 10) + 1));
        }

        Assert.That(reno.Window, Is.EqualTo(2_400));
    }

    [Test]
    public void Persistent_congestion_leaves_two_packets_and_slow_start()
    {
        NewReno reno = new(1200);
        reno.OnLost(At(5), 1200, At(0));
        reno.OnPersistentCongestion(At(5));
        Assert.That((reno.Window, reno.InSlowStart), Is.EqualTo((2_400, true)));
        reno.OnSent(At(5), 1200, 1200);
        reno.OnAcked(At(5), 1200, At(5), s_rtt);
        Assert.That(reno.Window, Is.EqualTo(3_600), "The recovery period ended with it.");
    }

    [Test]
    public void An_idle_application_does_not_grow_the_window()
    {
        NewReno reno = new(1200);
        for (int i = 0; i < 100; i++)
        {
            reno.OnSent(At(i), 1200, 1200);
            reno.OnAcked(At(i), 1200, At(i), s_rtt);
        }

        Assert.That(reno.Window, Is.EqualTo(12_000));
    }

    [Test]
    public void A_window_that_was_full_long_ago_does_not_grow_now()
    {
        NewReno reno = new(1200);
        Round(reno, At(0), At(1));
        reno.OnSent(At(50), 1200, 1200);
        reno.OnAcked(At(51), 1200, At(50), s_rtt);
        Assert.That(reno.Window, Is.EqualTo(24_000));
    }

    [Test]
    public void Acks_that_arrive_together_all_count_as_of_a_full_window()
    {
        NewReno reno = new(1200);
        reno.OnLost(At(1), 1200, At(0));
        Fill(reno, At(2));
        for (int acked = 0; acked < 6_000; acked += 1200)
        {
            reno.OnAcked(At(5), 1200, At(2), s_rtt);
        }

        Assert.That(reno.Window, Is.EqualTo(7_200));
    }

    [Test]
    public void The_window_follows_the_packet_size_until_it_is_used()
    {
        NewReno reno = new(1000) { MaxDatagramSize = 1400 };
        Assert.That(reno.Window, Is.EqualTo(14_000));
        Round(reno, At(0), At(1));
        int grown = reno.Window;
        reno.MaxDatagramSize = 1472;
        Assert.That(reno.Window, Is.EqualTo(grown));
        reno.OnPersistentCongestion(At(2));
        reno.MaxDatagramSize = 3000;
        Assert.That(reno.Window, Is.EqualTo(6_000), "Never less than two packets.");
    }

    [Test]
    public void A_new_address_starts_with_the_initial_window_and_ignores_what_was_sent_before()
    {
        NewReno reno = new(1200);
        reno.OnLost(At(1), 1200, At(0));
        reno.Reset(At(10));
        Assert.That((reno.Window, reno.InSlowStart), Is.EqualTo((12_000, true)));
        reno.OnLost(At(11), 1200, At(9));
        Assert.That(reno.Window, Is.EqualTo(12_000));
    }

    /// <summary>Sends a full window and has it acknowledged.</summary>
    private static void Round(NewReno reno, Instant sent, Instant acked)
    {
        int bytes = Fill(reno, sent);
        for (; bytes > 0; bytes -= 1200)
        {
            reno.OnAcked(acked, 1200, sent, s_rtt);
        }
    }

    private static int Fill(NewReno reno, Instant now)
    {
        int inFlight = 0;
        while (inFlight + 1200 <= reno.Window)
        {
            inFlight += 1200;
            reno.OnSent(now, 1200, inFlight);
        }

        return inFlight;
    }

    private static Instant At(int milliseconds) => Instant.Zero + TimeSpan.FromMilliseconds(milliseconds);
}
