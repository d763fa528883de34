using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Ants.Relay.Observing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Relay;

/// <summary>The text format of Prometheus, by its rules.</summary>
public partial class MetricsPageTests
{
    [Test]
    public void Says_what_the_instruments_measure_now()
    {
        using Meter meter = new("test");
        long growing = 1;
        meter.CreateObservableCounter("a.bytes.sent", () => growing++, "By", "With \\ and\nmore.");
        meter.CreateObservableUpDownCounter("b.open", () => new Measurement<long>[] { new(3, new KeyValuePair<string, object?>("x.y", "a\"b\\c\nd")), new(4) }, "{thing}", "Open.");
        using MetricsPage page = new(meter);
        Assert.That(page.Render(), Is.EqualTo("""
            # HELP a_bytes_sent_bytes_total With \\ and\nmore.
            # TYPE a_bytes_sent_bytes_total counter
            a_bytes_sent_bytes_total 1
            # HELP b_open Open.
            # TYPE b_open gauge
            b_open{x_y="a\"b\\c\nd"} 3
            b_open 4

            """));
        Assert.That(page.Render(), Does.Contain("a_bytes_sent_bytes_total 2\n"), "nothing is kept between two");
    }

    [Test]
    public void The_page_of_a_relay_keeps_to_the_grammar()
    {
        using Simulation.Observing.MeterBox meters = new();
        using MetricsPage page = new(RelayInstruments.Of(meters).Meter);
        string[] lines = page.Render().Split('\n');
        Assert.That(lines[^1], Is.Empty, "the last line ends with a line feed");
        string family = "";
        foreach (string line in lines[..^1])
        {
            if (Comment().Match(line) is { Success: true } comment)
            {
                family = comment.Groups["name"].Value;
            }
            else
            {
                Match sample = Sample().Match(line);
                Assert.That(sample.Success && sample.Groups["name"].Value == family, line);
            }
        }

        Assert.That(lines.Count(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)), Is.EqualTo(lines.Select(line => Sample().Match(line))
            .Where(sample => sample.Success).Select(sample => sample.Groups["name"].Value).Distinct().Count()), "each family once");
    }

    [GeneratedRegex("""^# (HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) .*|TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge))$""")]
    private static partial Regex Comment();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\[\\"n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\[\\"n])*")*\})? \d+$""")]
    private static partial Regex Sample();
}
