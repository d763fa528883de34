using System.Text;
using System.Text.Json;
using Ants.Samples.TwoNats.Staging;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;

namespace Ants.Bench.Bars.Reports;

/// <summary>
/// samples/Doctor reports from every network of the lab, and what it says is compared with what the lab built; the peer that it calls is behind
/// the usual home router. From five typical networks the text is shown.
/// </summary>
/// <remarks>
/// <code>
///   relay, relay2 - public network - NAT (port-restricted) - peer
///                               \--- each kind of home     - Doctor
/// </code>
/// </remarks>
internal static class ReportBar
{
    private const LabHomeKind Peer = LabHomeKind.PortRestricted;

    // More at once would measure the processors.
    private const int AtOnce = 3;

    private static readonly LabHomeKind[] s_shown =
        [LabHomeKind.PortRestricted, LabHomeKind.Symmetric, LabHomeKind.Mapped, LabHomeKind.IPv6Firewall, LabHomeKind.UdpBlocked];

    public static async Task<bool> RunAsync(int runs, CancellationToken ct)
    {
        await using NatLab lab = await NatLab.CreateAsync(ct);
        DirectoryInfo files = Directory.CreateTempSubdirectory("ants-reports-");
        await using LabRelay one = await StartRelayAsync(lab, files, "relay", ct), two = await StartRelayAsync(lab, files, "relay2", ct);
        await using LabProxy proxy = await LabProxy.StartAsync(await lab.AddPublicHostAsync("proxy", ct), ct);
        string[] relays = ["--relay", one.Address, "--relay", two.Address];
        await using LabHome peerHome = await LabHome.BuildAsync(lab, Peer, "nat-peer", "peer", proxy, ct);
        await using TransferProcess peer = new("peer", await peerHome.Host.StartAsync(Executables.Host, [Executables.Find("bench", "Bars"), "transfer-serve", .. relays], environment: null, ct));
        await peer.WaitAsync(() => peer.Id is not null, "the peer is not ready", ct);
        string invite = new Invite(AgentId.Parse(peer.Id!), [RelayAddress.Parse(one.Address), RelayAddress.Parse(two.Address)]).ToString();

        int right = 0, made = 0;
        for (int run = 0; run < runs; run++)
        {
            foreach (LabHomeKind[] kinds in LabHomeKinds.All.Chunk(AtOnce))
            {
                (LabHomeKind Kind, string Text, IReadOnlyList<string> Differences)[] reports = await Task.WhenAll(
                    kinds.Select((kind, i) => ReportAsync(lab, kind, $"h{run}-{(int)kind}", proxy, [.. relays, "--peer", invite], ct)));
                foreach ((LabHomeKind kind, string text, IReadOnlyList<string> differences) in reports)
                {
                    made++;
                    right += differences.Count == 0 ? 1 : 0;
                    Console.Out.WriteLine($"{kind.ToName(),-24}{(differences.Count == 0 ? "right" : $"WRONG: {string.Join("; ", differences)}")}");
                    if (run == 0 && s_shown.Contains(kind))
                    {
                        Console.Out.WriteLine($"\n{text}");
                    }
                }
            }
        }

        files.Delete(recursive: true);
        Console.Out.WriteLine($"{right} of {made} reports are right: {(right == made ? "held" : "MISSED")}");
        return right == made;
    }

    private static async Task<LabRelay> StartRelayAsync(NatLab lab, DirectoryInfo files, string name, CancellationToken ct)
    {
        LabRelay relay = new(await lab.AddPublicHostAsync(name, ct), files.CreateSubdirectory(name).FullName);
        await relay.StartAsync(ct);
        return relay;
    }

    private static async Task<(LabHomeKind Kind, string Text, IReadOnlyList<string> Differences)> ReportAsync(
        NatLab lab, LabHomeKind kind, string name, LabProxy proxy, string[] arguments, CancellationToken ct)
    {
        await using LabHome home = await LabHome.BuildAsync(lab, kind, $"n{name}", name, proxy, ct);
        string[] command = [Executables.Find("samples", "Doctor"), .. arguments, .. home.Arguments(proxy)];
        using JsonDocument json = JsonDocument.Parse(await RunAsync(home.Host, [.. command, "--json"], ct));
        string text = s_shown.Contains(kind) ? await RunAsync(home.Host, command, ct) : "";
        return (kind, text, [.. ExpectedReport.Differences(home, Peer, json.RootElement)]);
    }

    private static async Task<string> RunAsync(LabHost host, string[] command, CancellationToken ct)
    {
        await using LabProcess process = await host.StartAsync(Executables.Host, command, environment: null, ct);
        StringBuilder output = new();
        await foreach (string line in process.Output.ReadAllAsync(ct))
        {
            output.AppendLine(line);
        }

        return await process.Exit == 0
            ? output.ToString()
            : throw new StoryException($"Doctor on {host.Name} failed: {await process.Error.ReadAllAsync(ct).LastOrDefaultAsync(ct) ?? output.ToString()}");
    }
}
