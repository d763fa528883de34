using Ants.Samples.TwoNats;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;

namespace Ants.Bench.Bars;

/// <summary>
/// No UDP on either side, one side only through a proxy that asks for a password, under load: the firewalls let UDP out, the agents
/// find that, the firewalls drop it again, and so on.
/// </summary>
internal static class UdpBar
{
    private const double MaxUdpMs = 5000, MaxGapMs = 1000;

    // As for a killed relay: longer gaps are counted whole.
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(2.5);

    // Long enough on either carrier for what it began with to be let go.
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(12);

    public static async Task<bool> RunAsync(int runs, CancellationToken ct)
    {
        Series returns = new("on UDP after it was let out", maxMedian: null, MaxUdpMs);
        Series gaps = new("longest silence after UDP was dropped", maxMedian: null, MaxGapMs);
        await using Conversation talk = await Conversation.BeginAsync(LabHomeKind.UdpBlocked, LabHomeKind.ProxyOnly, relays: 1, ct);
        UdpFirewall firewall = new(talk.Scene);
        for (int run = 0; run < runs; run++)
        {
            await talk.Scene.PauseAsync(s_calm, ct);
            returns.Add(await firewall.OpenAsync(ct));
            await talk.Scene.PauseAsync(s_calm, ct);
            gaps.Add(await firewall.CloseAsync(s_window, ct));
        }

        bool perfect = await talk.EndAsync(Console.Out, ct);
        return returns.Report(Console.Out) & gaps.Report(Console.Out) && perfect;
    }
}
