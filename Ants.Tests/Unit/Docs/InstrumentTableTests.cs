using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Ants.Observing;
using Ants.Relay.Observing;
using Ants.Tests.Simulation.Observing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Docs;

/// <summary>The tables of instruments in docs/operations.md hold what is published, and nothing else.</summary>
public partial class InstrumentTableTests
{
    [TestCase("Ants")]
    [TestCase("Ants.Relay")]
    public void The_table_of_a_meter_lists_its_instruments(string name)
    {
        using MeterBox meters = new();
        _ = AgentInstruments.Of(meters);
        _ = RelayInstruments.Of(meters);
        string[] published = [.. meters.Published.Where(instrument => instrument.Meter.Name == name)
            .Select(instrument => $"{instrument.Name} {KindOf(instrument)} {instrument.Unit}").Order(StringComparer.Ordinal)];
        Assert.That(Listed(name).Order(StringComparer.Ordinal), Is.EqualTo(published));
    }

    private static string KindOf(Instrument instrument) => instrument switch
    {
        Histogram<double> => "histogram",
        UpDownCounter<long> or ObservableUpDownCounter<long> => "up-down counter",
        _ => "counter",
    };

    /// <summary>The rows below the line that names the meter.</summary>
    private static IEnumerable<string> Listed(string meter)
    {
        string docs = System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Here())!, "..", "..", "..", "docs", "operations.md"));
        IEnumerable<string> table = File.ReadLines(docs).SkipWhile(line => !line.StartsWith($"Meter `{meter}`", StringComparison.Ordinal))
            .SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|'));
        return table.Select(line => Row().Match(line)).Where(row => row.Success)
            .Select(row => $"{row.Groups["name"].Value} {row.Groups["kind"].Value} {row.Groups["unit"].Value}");
    }

    private static string Here([CallerFilePath] string source = "") => source;

    [GeneratedRegex(@"^\| `(?<name>[a-z_.]+)` \| (?<kind>[a-z\- ]+) \| `(?<unit>[^`]+)` \|")]
    private static partial Regex Row();
}
