using Ants.Samples.TwoNats;
using Ants.Samples.TwoNats.Telling;

namespace Ants.Bench.Bars;

/// <summary>
/// A direct pair of port-restricted NATs: one of them forgets its mappings and hands out other ports, under load, and nobody is
/// told; the other lets nothing in that comes from a port that it does not know.
/// </summary>
internal static class SilentChangeBar
{
    private const double MaxGapMs = 500, MaxDirectMs = 2000;

    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    // So that a change is of a session at rest and not of one that is still changing paths.
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(1);

    public static async Task<bool> RunAsync(int runs, CancellationToken ct)
    {
        Series gaps = new("longest silence after the NAT's mapping has changed", maxMedian: null, MaxGapMs);
        Series directs = new("direct again after the NAT's mapping has changed", maxMedian: null, MaxDirectMs);
        await using Conversation talk = await Conversation.BeginAsync(NatKind.PortRestricted, NatKind.PortRestricted, relays: 1, ct);
        Scene scene = talk.Scene;
        await scene.WaitAsync(() => scene.BothDirect, s_limit, "the session is not direct", ct);
        for (int run = 0; run < runs; run++)
        {
            TimeSpan forgot = scene.Stage.Now;
            await scene.Stage.ForgetAsync();
            gaps.Add(await scene.SilenceAsync(forgot, s_window, ct));

            // It is alice's NAT: bob has to see her at another port.
            await scene.WaitAsync(() => scene.BothDirect && scene.B!.Path!.At > forgot, s_limit, "the session is not direct again", ct);
            TimeSpan direct = scene.B!.Path!.At > scene.A!.Turn!.At ? scene.B.Path.At : scene.A.Turn.At;
            directs.Add(direct - forgot);
            await scene.PauseAsync(s_calm, ct);
        }

        bool perfect = await talk.EndAsync(Console.Out, ct);
        return gaps.Report(Console.Out) & directs.Report(Console.Out) && perfect;
    }
}
