using System.Net;

namespace Ants.Samples.TwoNats.Telling;

/// <summary>A relay is killed, lines go on, and it comes back.</summary>
internal sealed class RelayDeath(Scene scene)
{
    // An agent that has nothing to send over a relay learns of its death by the next keepalive, within 25 s, and then looks for
    // it every ten seconds at most.
    private static readonly TimeSpan s_returnLimit = TimeSpan.FromSeconds(45);

    /// <summary>
    /// Kills the relay that carries the session; of a direct one, that which last did, and to which it would fall back. Returns
    /// the longest silence within a <paramref name="window"/> from then, once both agents are registered at the relay again.
    /// </summary>
    /// <exception cref="StoryException">Lines or agents did not come back.</exception>
    public async Task<TimeSpan> HappenAsync(TimeSpan window, CancellationToken ct)
    {
        IPEndPoint relay = scene.A!.LastRelay ?? throw new StoryException("No relay has carried the session yet.");
        TimeSpan killed = scene.Stage.Now;
        await scene.Stage.KillRelayAsync(relay);
        TimeSpan gap = await scene.SilenceAsync(killed, window, ct);
        await ReturnAsync(relay, ct);
        return gap;
    }

    private async Task ReturnAsync(IPEndPoint relay, CancellationToken ct)
    {
        string address = scene.Stage.Addresses[relay];
        (int a, int b) = (scene.A!.TimesRegistered(address), scene.B!.TimesRegistered(address));
        await scene.Stage.RestartRelayAsync(relay, ct);
        await scene.WaitAsync(
            () => scene.A.TimesRegistered(address) > a && scene.B.TimesRegistered(address) > b,
            s_returnLimit, "the agents have not registered again at the relay that was killed", ct);
    }
}
