using System.Net;
using Ants.Samples.TwoNats;
using Ants.Testing.Lab;

namespace Ants.Bench.Bars;

/// <summary>
/// A pair that must stay relayed, three relays, all held by both: each in turn is told to stop (SIGTERM: it drains), is started again, and has
/// both agents back before the next one's turn. The silence of a restart counts from the signal to a second after their return.
/// </summary>
internal static class RollingRestartBar
{
    private const double MaxWorstMs = 100;

    // A relay that has just started: agents call it after a second, and again within ten.
    private static readonly TimeSpan s_returnLimit = TimeSpan.FromSeconds(30);

    // For the standby paths over the relay that is back.
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(1);

    public static async Task<bool> RunAsync(int runs, CancellationToken ct)
    {
        Series gaps = new("longest silence of a drained relay's restart", maxMedian: null, MaxWorstMs);
        Series drains = new("from the signal to the relay's end", maxMedian: null, maxWorst: 5000);
        await using Conversation talk = await Conversation.BeginAsync(LabHomeKind.Symmetric, LabHomeKind.Symmetric, relays: 3, ct);
        IPEndPoint[] relays = [.. talk.Scene.Stage.Addresses.Keys];
        for (int run = 0; run < runs; run++)
        {
            foreach (IPEndPoint relay in relays)
            {
                TimeSpan told = talk.Scene.Stage.Now;
                await RestartAsync(talk, relay, drains, ct);
                gaps.Add(await talk.Scene.SilenceAsync(told, talk.Scene.Stage.Now - told + s_calm, ct));
            }
        }

        bool perfect = await talk.EndAsync(Console.Out, ct);
        return drains.Report(Console.Out) & gaps.Report(Console.Out) & perfect;
    }

    private static async Task RestartAsync(Conversation talk, IPEndPoint relay, Series drains, CancellationToken ct)
    {
        string address = talk.Scene.Stage.Addresses[relay];
        (int a, int b) = (talk.Scene.A!.TimesRegistered(address), talk.Scene.B!.TimesRegistered(address));
        TimeSpan told = talk.Scene.Stage.Now;
        await talk.StopRelayAsync(relay);
        drains.Add(talk.Scene.Stage.Now - told);
        await talk.Scene.Stage.RestartRelayAsync(relay, ct);
        await talk.Scene.WaitAsync(
            () => talk.Scene.A.TimesRegistered(address) > a && talk.Scene.B.TimesRegistered(address) > b,
            s_returnLimit, "the agents have not registered again at the relay that was restarted", ct);
    }
}
