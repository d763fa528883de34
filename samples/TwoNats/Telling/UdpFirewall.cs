using Ants.Samples.TwoNats.Staging;

namespace Ants.Samples.TwoNats.Telling;

/// <summary>The firewalls that let no UDP out open and close, and the agents behind them change carriers.</summary>
internal sealed class UdpFirewall(Scene scene)
{
    // Far above what it takes.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    /// <summary>Opens them; returns how long it took until all agents behind them reached all relays by UDP.</summary>
    public async Task<TimeSpan> OpenAsync(CancellationToken ct)
    {
        TimeSpan opened = await scene.Stage.LetUdpAsync();
        await UntilOnAsync(CarrierNote.Udp, ct);
        return scene.Stage.Now - opened;
    }

    /// <summary>Closes them; returns the longest silence within a <paramref name="window"/> from then.</summary>
    public async Task<TimeSpan> CloseAsync(TimeSpan window, CancellationToken ct)
    {
        TimeSpan closed = await scene.Stage.BlockUdpAsync();
        TimeSpan gap = await scene.SilenceAsync(closed, window, ct);
        await UntilOnAsync(CarrierNote.WebSocket, ct);
        await scene.WaitAsync(() => scene.BothRelayed, s_limit, "the session is not back on the relay", ct);
        return gap;
    }

    private Task UntilOnAsync(string carrier, CancellationToken ct)
    {
        Speaker[] walled = [.. new[] { scene.A!, scene.B! }.Where(speaker => scene.Stage.Walled.Contains(speaker.Name))];
        return scene.WaitAsync(
            () => Array.TrueForAll(walled, speaker => scene.Stage.Addresses.Values.All(relay => speaker.CarrierTo(relay) == carrier)),
            s_limit, $"not all reach their relays by {carrier}", ct);
    }
}
