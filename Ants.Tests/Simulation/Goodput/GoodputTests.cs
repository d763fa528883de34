using NUnit.Framework;

namespace Ants.Tests.Simulation.Goodput;

/// <summary>A smaller scripts/bar-loss.sh: every run is a function of its seed, so the figures are the same on every machine.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class GoodputTests
{
    private const int Seeds = 3;
    private const double Seconds = 20;

    // An empty fast wire costs the most to simulate and shows the least.
    private static IEnumerable<Setting> Settings => GoodputBar.All.Where(setting => setting is not { Loss: 0, Rate: > 20e6 });

    [TestCaseSource(nameof(Settings))]
    public void A_stream_gets_most_of_what_its_congestion_controller_allows(Setting setting)
    {
        GoodputBar bar = new(setting, Seeds, Seconds);
        bar.Measure();
        Assert.That(bar.IsHeld, Is.True, $"{bar}");
    }

    [TestCase(0.001)]
    [TestCase(0.01)]
    public void The_ideal_sender_agrees_with_published_formulas_where_timeouts_are_rare(double loss)
    {
        Setting setting = new(Controller.NewReno, loss, 1e9);
        double ideal = new IdealSender(setting, seed: 3).Measure(5, 1005);

        // The square-root law of Mathis and others, sqrt(3 / 2p) packets a round trip, is RFC 5348 section 3.1 without its timeouts.
        double law = Math.Sqrt(1.5 / loss) * Setting.FullPacket * 8 / Setting.RoundTrip;
        Assert.That(ideal, Is.InRange(setting.Formula, law * 1.1));
    }

    // Figures worked out from the formula by hand: 12.25 packets of 1,472 bytes in 40 ms without timeouts, 11.2 with them.
    [TestCase(0.01, 3.31)]
    [TestCase(0.001, 11.30)]
    [TestCase(0.05, 1.09)]
    public void The_formula_is_that_of_RFC_5348(double loss, double mbits) =>
        Assert.That(ResponseFunction.Reno(loss, 0.04, 1472) / 1e6, Is.EqualTo(mbits).Within(0.01));

    // RFC 9438 section 5.2, table 1: a round trip of 0.1 s, C = 0.4.
    [TestCase(1e-4, 187)]
    [TestCase(1e-5, 1054)]
    [TestCase(1e-6, 5926)]
    public void On_a_long_path_with_little_loss_CUBICs_mean_window_is_as_RFC_9438_tabulates_it(double loss, double packets) =>
        Assert.That(ResponseFunction.Cubic(loss, 0.1, packetSize: 1000) * 0.1 / 8000, Is.EqualTo(packets).Within(1));
}
