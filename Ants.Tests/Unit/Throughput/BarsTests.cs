using Ants.Samples.Throughput.Measuring;
using Ants.Samples.Throughput.Telling;
using NUnit.Framework;

namespace Ants.Tests.Unit.Throughput;

public class BarsTests
{
    [Test]
    public void A_rate_is_judged_by_the_ratio_of_medians()
    {
        IReadOnlyList<Bar> bars = Bars.Judge([Rated("tls", 100, 300, 200), Rated("direct", 240, 1, 999)]);

        Bar bar = bars.Single();
        Assert.That(bar.Ratio, Is.EqualTo(1.2).Within(1e-9));
        Assert.That(bar.Holds);
        Assert.That(Bars.Judge([Rated("tls", 200), Rated("direct", 239)]).Single().Holds, Is.False);
    }

    [Test]
    public void A_latency_is_judged_from_above_and_a_stretch_is_no_bar()
    {
        Result[] results = [Pinged("ping-direct", 50), Pinged("ping-tls", 49), Pinged("ping-udp-echo", 20)];

        IReadOnlyList<Bar> bars = Bars.Judge(results);

        Assert.That(bars.Select(bar => (bar.IsStretch, bar.Holds)), Is.EqualTo(new[] { (false, false), (true, false) }));
    }

    [Test]
    public void What_was_not_measured_is_not_judged() => Assert.That(Bars.Judge([Rated("direct", 1)]), Is.Empty);

    [Test]
    public void A_yardstick_that_is_too_slow_is_said() =>
        Assert.That(Bars.Judge([Rated("tls", 100), Rated("sealed-datagrams", 249)]).Single().Holds, Is.False);

    private static Result Rated(string name, params double[] rates) =>
        new(name, 1, [.. rates.Select(rate => new Figure { MegabitsPerSecond = rate })]);

    private static Result Pinged(string name, double p50) => new(name, 1, [new Figure { P50 = p50, P99 = p50 }]);
}
