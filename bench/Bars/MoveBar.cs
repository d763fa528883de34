using Ants.Samples.TwoNats;
using Ants.Samples.TwoNats.Telling;

namespace Ants.Bench.Bars;

/// <summary>
/// A direct pair of port-restricted NATs: bob's host moves to another NAT's network and back, under load. The system tells his
/// agent. Silence counts from the last line before he left.
/// </summary>
internal static class MoveBar
{
    private const double MaxGapMs = 300, MaxDirectMs = 2000;

    // As for a killed relay: longer gaps are counted whole.
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    // So that a move is of a session at rest and not of one that is still changing paths.
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(1);

    public static async Task<bool> RunAsync(int runs, CancellationToken ct)
    {
        Series gaps = new("longest silence after a move", maxMedian: null, MaxGapMs);
        Series directs = new("direct again after a move", maxMedian: null, MaxDirectMs);
        await using Conversation talk = await Conversation.BeginAsync(NatKind.PortRestricted, NatKind.PortRestricted, relays: 1, ct);
        await talk.Scene.WaitAsync(() => talk.Scene.BothDirect, s_limit, "the session is not direct", ct);
        HostMove move = new(talk.Scene);
        for (int run = 0; run < runs; run++)
        {
            (TimeSpan left, TimeSpan gap) = await move.HappenAsync(s_window, ct);
            gaps.Add(gap);
            directs.Add(await move.UntilDirectAsync(left, s_limit, ct) - left);
            await talk.Scene.PauseAsync(s_calm, ct);
        }

        bool perfect = await talk.EndAsync(Console.Out, ct);
        return gaps.Report(Console.Out) & directs.Report(Console.Out) && perfect;
    }
}
