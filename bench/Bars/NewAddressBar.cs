using Ants.Samples.TwoNats;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;

namespace Ants.Bench.Bars;

/// <summary>
/// A direct pair of port-restricted NATs, of which one end gets another address, under load, again and again. Silence counts from the last
/// line before that.
/// </summary>
/// <param name="name">What happens.</param>
/// <param name="maxGapMs">The longest silence that is allowed.</param>
/// <param name="happen">Has it happen; returns when it began.</param>
/// <param name="watcher">Who sees the other at another address then.</param>
internal sealed class NewAddressBar(string name, double maxGapMs, Func<Scene, CancellationToken, Task<TimeSpan>> happen, Func<Scene, Speaker> watcher)
{
    private const double MaxDirectMs = 2000;

    // As for a killed relay: longer gaps are counted whole.
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(2.5);

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    // So that it happens to a session at rest and not to one that is still changing paths.
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(1);

    /// <summary>Bob's host moves to another NAT's network and back; the system tells his agent.</summary>
    public static NewAddressBar Move { get; } = new("a move", maxGapMs: 300, (scene, ct) => scene.Stage.MoveAsync(ct), scene => scene.A!);

    /// <summary>
    /// Alice's NAT forgets its mappings and hands out other ports, and nobody is told; the other NAT lets nothing in that comes from a
    /// port that it does not know.
    /// </summary>
    public static NewAddressBar SilentChange { get; } = new("a silent change of the NAT's mapping", maxGapMs: 500, ForgetAsync, scene => scene.B!);

    public async Task<bool> RunAsync(int runs, CancellationToken ct)
    {
        Series gaps = new($"longest silence after {name}", maxMedian: null, maxGapMs);
        Series directs = new($"direct again after {name}", maxMedian: null, MaxDirectMs);
        await using Conversation talk = await Conversation.BeginAsync(LabHomeKind.PortRestricted, LabHomeKind.PortRestricted, relays: 1, ct);
        Scene scene = talk.Scene;
        await scene.WaitAsync(() => scene.BothDirect, s_limit, "the session is not direct", ct);
        for (int run = 0; run < runs; run++)
        {
            TimeSpan begun = await happen(scene, ct);
            gaps.Add(await scene.SilenceAsync(begun, s_window, ct));
            directs.Add(await scene.UntilDirectAgainAsync(watcher(scene), begun, s_limit, $"the session is not direct after {name}", ct) - begun);
            await scene.PauseAsync(s_calm, ct);
        }

        bool perfect = await talk.EndAsync(Console.Out, ct);
        return gaps.Report(Console.Out) & directs.Report(Console.Out) && perfect;
    }

    private static async Task<TimeSpan> ForgetAsync(Scene scene, CancellationToken ct)
    {
        TimeSpan forgot = scene.Stage.Now;
        await scene.Stage.ForgetAsync();
        return forgot;
    }
}
