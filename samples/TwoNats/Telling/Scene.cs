using Ants.Samples.TwoNats.Staging;

namespace Ants.Samples.TwoNats.Telling;

/// <summary>The two speakers on their stage, and how a story waits for them and measures their silences.</summary>
internal sealed class Scene(IStage stage)
{
    // What a wait for the clock may take beyond the time itself.
    private static readonly TimeSpan s_lateness = TimeSpan.FromSeconds(2);

    // How often a condition is looked at. The times that are reported come from the events themselves.
    private static readonly TimeSpan s_glance = TimeSpan.FromMilliseconds(5);

    public IStage Stage => stage;

    public Speaker? A { get; set; }

    public Speaker? B { get; set; }

    public bool BothDirect => A?.Path?.Kind == PathKind.Direct && B?.Path?.Kind == PathKind.Direct;

    public bool BothRelayed => A?.Path?.Kind == PathKind.Relayed && B?.Path?.Kind == PathKind.Relayed;

    /// <summary>When the later of the two came to the kind of path that it has.</summary>
    public TimeSpan Turned => Later(A!.Turn!.At, B!.Turn!.At);

    /// <summary>The longest silence of either within a window from an event, which passes meanwhile.</summary>
    public async Task<TimeSpan> SilenceAsync(TimeSpan from, TimeSpan window, CancellationToken ct)
    {
        TimeSpan to = from + window;
        await WaitAsync(() => stage.Now > to, window + s_lateness, "time stands still", ct);
        TimeSpan now = stage.Now;
        return Later(Gaps.Longest(A!.Heard.Arrivals, from, to, now), Gaps.Longest(B!.Heard.Arrivals, from, to, now));
    }

    /// <summary>
    /// Waits until both are direct, after what happened at <paramref name="since"/>: <paramref name="watcher"/>, whose peer has another
    /// address now, by a path of later. Returns when they were.
    /// </summary>
    /// <exception cref="StoryException">They are not within the limit.</exception>
    public async Task<TimeSpan> UntilDirectAgainAsync(Speaker watcher, TimeSpan since, TimeSpan limit, string otherwise, CancellationToken ct)
    {
        await WaitAsync(() => BothDirect && watcher.Path!.At > since, limit, otherwise, ct);
        Speaker other = watcher == A ? B! : A!;
        return Later(watcher.Path!.At, other.Turn!.At);
    }

    /// <summary>Lets time pass.</summary>
    public Task PauseAsync(TimeSpan length, CancellationToken ct)
    {
        TimeSpan until = stage.Now + length;
        return WaitAsync(() => stage.Now >= until, length + s_lateness, "time stands still", ct);
    }

    /// <summary>Waits until something holds.</summary>
    /// <exception cref="StoryException">It does not within the limit, or one of the two has ended.</exception>
    public async Task WaitAsync(Func<bool> condition, TimeSpan limit, string otherwise, CancellationToken ct)
    {
        TimeSpan deadline = stage.Now + limit;
        while (!condition())
        {
            if ((stage.Failure ?? A?.Failure ?? B?.Failure) is string failure)
            {
                throw new StoryException(failure);
            }

            if (stage.Now > deadline)
            {
                throw new StoryException($"After {limit.TotalSeconds:F0} s {otherwise}.");
            }

            await Task.Delay(s_glance, stage.Time, ct);
        }
    }

    private static TimeSpan Later(TimeSpan x, TimeSpan y) => x > y ? x : y;
}
