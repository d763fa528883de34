using System.Text.Json;
using Ants.Samples.Throughput;
using Ants.Samples.Throughput.Measuring;
using Ants.Tests.Processes;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>The instrument itself: that it measures all it says, and ends as it says. How fast anything is, is not asked here.</summary>
internal sealed class ThroughputTests : LabFixture
{
    [Test]
    public async Task Everything_is_measured_in_one_run_and_printed_as_one_object()
    {
        await (await CreateLabAsync()).DisposeAsync();
        string chart = System.IO.Path.GetTempFileName();
        await using RunningProgram program = RunningProgram.Start(
            ["samples", "Throughput"], "--runs", "1", "--seconds", "1", "--json", "--chart", chart);

        // Twelve measurements of a second and the warm-up's three, each with two processes to start.
        await program.UntilAsync(() => program.Output.Count > 0, "it prints its results", TimeSpan.FromMinutes(3));
        await program.ExitAsync();

        using JsonDocument json = JsonDocument.Parse(program.Output[^1]);
        JsonElement[] results = [.. json.RootElement.GetProperty("results").EnumerateArray()];
        Assert.That(json.RootElement.GetProperty("failures").EnumerateArray().Select(failure => failure.GetString()), Is.Empty, program.Transcript());
        Assert.That(results.Select(result => result.GetProperty("name").GetString()), Is.EqualTo(Row.All.Select(row => row.Name)));
        foreach (JsonElement result in results)
        {
            string name = result.GetProperty("name").GetString()!;
            string[] figures = name.StartsWith("ping-", StringComparison.Ordinal)
                ? ["p50_us", "p99_us"]
                : ["mbit_s", "cpu_s_per_gb", "cpu_sender_s_per_gb", "cpu_receiver_s_per_gb"];
            foreach (string figure in figures)
            {
                Assert.That(result.GetProperty(figure).GetDouble(), Is.Positive, $"{figure} of {name}");
            }

            bool countsPackets = Row.Find(name) is { Yardstick: null, Work: not Work.Echo };
            Assert.That(result.TryGetProperty("alloc_b_per_packet", out _), Is.EqualTo(countsPackets), $"allocations of {name}");
        }

        Assert.That(await File.ReadAllTextAsync(chart), Does.StartWith("<svg").And.Contain("relayed-websocket"));
        File.Delete(chart);
    }
}
