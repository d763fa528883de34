using Ants.Samples.TwoNats;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;

namespace Ants.Bench.Bars;

/// <summary>
/// A pair that must stay relayed, two relays: the one that carries the session is killed (-9) under load, is started again and
/// held by both agents again, and so on. Silence counts from the last line before the kill.
/// </summary>
internal static class RelayKillBar
{
    private const double MaxMedianMs = 300, MaxWorstMs = 2000;

    // A gap that is longer than the worst allowed is counted whole, though the window is shorter.
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(2.5);

    // For the standby path over the relay that is back.
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(1);

    public static async Task<bool> RunAsync(int runs, CancellationToken ct)
    {
        Series gaps = new("longest silence after kill -9 of the carrying relay", MaxMedianMs, MaxWorstMs);
        await using Conversation talk = await Conversation.BeginAsync(LabHomeKind.Symmetric, LabHomeKind.Symmetric, relays: 2, ct);
        for (int run = 0; run < runs; run++)
        {
            gaps.Add(await new RelayDeath(talk.Scene).HappenAsync(s_window, ct));
            await talk.Scene.PauseAsync(s_calm, ct);
        }

        bool perfect = await talk.EndAsync(Console.Out, ct);
        return gaps.Report(Console.Out) && perfect;
    }
}
