namespace Ants.Samples.TwoNats.Telling;

/// <summary>Bob moves to another network, and the session follows.</summary>
internal sealed class HostMove(Scene scene)
{
    /// <summary>Moves him; returns when he left, and the longest silence within a <paramref name="window"/> from then.</summary>
    public async Task<(TimeSpan Left, TimeSpan Gap)> HappenAsync(TimeSpan window, CancellationToken ct)
    {
        TimeSpan left = await scene.Stage.MoveAsync(ct);
        return (left, await scene.SilenceAsync(left, window, ct));
    }

    /// <summary>Waits until both are direct, and alice by an address of the new network; returns when they were.</summary>
    /// <exception cref="StoryException">They are not within the limit.</exception>
    public Task<TimeSpan> UntilDirectAsync(TimeSpan left, TimeSpan limit, CancellationToken ct) =>
        scene.UntilDirectAgainAsync(scene.A!, left, limit, "the session is not direct from the other network", ct);
}
