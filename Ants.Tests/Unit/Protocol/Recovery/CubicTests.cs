using Ants.Protocol;
using Ants.Protocol.Recovery;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Recovery;

[TestFixture]
internal sealed class CubicTests
{
    private const int Size = 1200;

    private readonly RttEstimator _rtt = new();

    [Test]
    public void A_loss_takes_three_tenths_of_the_window()
    {
        Cubic cubic = new(Size);
        GrowTo(cubic, 100 * Size);
        int before = cubic.Window;
        cubic.OnLost(At(1000), Size, At(999));
        Assert.That(cubic.Window, Is.EqualTo((int)(before * 0.7)));
        Assert.That(cubic.InSlowStart, Is.False);
    }

    [TestCase(100, 100)]
    [TestCase(1000, 100)]
    [TestCase(1000, 20)]
    public void The_window_is_back_where_the_loss_was_after_K_seconds(int packets, int rttMs)
    {
        Cubic cubic = new(Size);
        double maximum = Loss(cubic, packets, rttMs);

        // RFC 9438 section 4.2: K = cbrt((W_max - cwnd_epoch) / C).
        double k = Math.Cbrt(maximum * 0.3 / 0.4);
        double reached = SecondsUntil(cubic, (int)(maximum * Size * 0.99), rttMs);
        double reno = 0.3 * maximum / 0.53 * rttMs / 1000;
        Assert.That(reached, Is.LessThanOrEqualTo(Math.Min(k, reno) + (2 * rttMs / 1000.0)), "by the curve, or as NewReno if that is sooner");
        Assert.That(reached, Is.GreaterThan(Math.Min(k, reno) * 0.6));
    }

    [Test]
    public void Near_the_old_maximum_it_stays_for_long_and_then_leaves_it_ever_faster()
    {
        Cubic cubic = new(Size);
        double maximum = Loss(cubic, 5000, 100);
        double k = Math.Cbrt(maximum * 0.3 / 0.4);
        List<(double At, double Window)> curve = Run(cubic, 100, seconds: 2 * k);
        double At(double t) => curve.First(point => point.At >= t).Window;
        Assert.That(At(0.9 * k) - At(0.8 * k), Is.LessThan((At(0.2 * k) - At(0.1 * k)) / 10));
        Assert.That(At(1.9 * k) - At(1.8 * k), Is.GreaterThan((At(1.2 * k) - At(1.1 * k)) * 5));

        // The curve is the RFC's, one round trip ahead of the clock.
        foreach (double t in (double[])[0.3 * k, 0.6 * k, 1.5 * k])
        {
            Assert.That(At(t), Is.EqualTo((0.4 * Math.Pow(t + 0.1 - k, 3)) + maximum).Within(1).Percent);
        }
    }

    [Test]
    public void On_a_short_path_it_is_never_slower_than_a_NewReno_that_cuts_as_little()
    {
        Cubic cubic = new(Size);
        double maximum = Loss(cubic, 50, 5);
        double begin = maximum * 0.7;
        foreach ((double at, double window) in Run(cubic, 5, seconds: 1))
        {
            double rounds = Math.Floor(at / 0.005) - 2;
            Assert.That(window, Is.GreaterThanOrEqualTo(Math.Min(maximum, begin + (0.529 * rounds)) * 0.97));
        }
    }

    [Test]
    public void A_second_loss_below_the_last_maximum_makes_room_for_others()
    {
        Cubic cubic = new(Size);
        double first = Loss(cubic, 1000, 100);
        int before = cubic.Window;
        cubic.OnLost(At(20_000), Size, At(19_999));
        Assert.That(cubic.Window, Is.EqualTo((int)(before * 0.7)));

        // Section 4.7: the new maximum is (1 + 0.7) / 2 of the window at the loss, not the window.
        List<(double At, double Window)> curve = Run(cubic, 100, seconds: 12, startMs: 20_001);
        double plateau = first * 0.7 * 0.85;
        double k = Math.Cbrt((plateau - (first * 0.49)) / 0.4);
        Assert.That(curve.First(point => point.At >= k).Window, Is.EqualTo(plateau).Within(3).Percent);
    }

    [Test]
    public void Time_in_which_the_application_sends_little_does_not_count()
    {
        Cubic cubic = new(Size);
        Loss(cubic, 1000, 100);
        Run(cubic, 100, seconds: 1);
        int before = cubic.Window;
        for (int i = 0; i < 100; i++)
        {
            // One packet now and then: far from the window.
            Instant sent = At(2000 + (i * 100));
            cubic.OnSent(sent, Size, Size);
            cubic.OnAcked(sent + TimeSpan.FromMilliseconds(99), Size, sent, _rtt);
        }

        Assert.That(cubic.Window, Is.EqualTo(before));
        double window = Run(cubic, 100, seconds: 0.3, startMs: 12_100)[^1].Window;
        Assert.That(window, Is.LessThan(before / (double)Size * 1.2), "it goes on where it stood on the curve, not ten seconds later");
    }

    [Test]
    public void Persistent_congestion_and_a_new_address_forget_the_curve()
    {
        Cubic cubic = new(Size);
        Loss(cubic, 1000, 100);
        cubic.OnPersistentCongestion(At(20_000));
        Assert.That((cubic.Window, cubic.InSlowStart), Is.EqualTo((2 * Size, true)));
        cubic.Reset(At(20_001));
        Assert.That((cubic.Window, cubic.InSlowStart), Is.EqualTo((10 * Size, true)));
    }

    private static Instant At(double ms) => Instant.Zero + TimeSpan.FromMilliseconds(ms);

    /// <summary>Brings the window to so many packets and loses one; returns the window in packets before that.</summary>
    private double Loss(Cubic cubic, int packets, int rttMs)
    {
        for (int i = 0; i < 20; i++)
        {
            _rtt.Update(TimeSpan.FromMilliseconds(rttMs), TimeSpan.Zero, TimeSpan.Zero);
        }

        GrowTo(cubic, packets * Size);
        double window = cubic.Window / (double)Size;
        cubic.OnLost(At(1000), Size, At(999));
        return window;
    }

    private void GrowTo(Cubic cubic, int window)
    {
        // Within one round, in which nothing grows slower.
        cubic.OnSent(At(1), Size, 1 << 30);
        while (cubic.Window < window)
        {
            cubic.OnAcked(At(2), Math.Min(Size, window - cubic.Window), At(1), _rtt);
        }
    }

    private double SecondsUntil(Cubic cubic, int window, int rttMs) => Run(cubic, rttMs, 60, window: window)[^1].At;

    /// <summary>Sends whole windows for a while; the window in packets after each round trip.</summary>
    private List<(double At, double Window)> Run(Cubic cubic, int rttMs, double seconds, double startMs = 1001, int window = int.MaxValue)
    {
        List<(double At, double Window)> curve = [];
        for (double ms = 0; ms < seconds * 1000 && cubic.Window < window; ms += rttMs)
        {
            int inFlight = cubic.Window;
            cubic.OnSent(At(startMs + ms), Size, inFlight);
            for (int bytes = 0; bytes < inFlight; bytes += Size)
            {
                // Spread over the round, as paced packets' acknowledgements are.
                Instant acked = At(startMs + ms + (rttMs * (0.999 * bytes / inFlight)));
                cubic.OnAcked(acked, Size, At(startMs + ms), _rtt);
            }

            curve.Add(((ms + rttMs) / 1000, cubic.Window / (double)Size));
        }

        return curve;
    }
}
