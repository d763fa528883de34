using Ants.Samples.TwoNats.Showing;
using Ants.Samples.TwoNats.Staging;

namespace Ants.Samples.TwoNats.Telling;

/// <summary>
/// The story: two agents meet over a relay; their session moves to a direct path; a firewall cuts it and the session falls
/// back to the relay; the firewall opens and the session is direct again; a NAT forgets its mappings and the session goes
/// on. All the while both type, and in the end every line must have arrived once, in order.
/// </summary>
internal sealed class Story(IStage stage, NatKind natA, NatKind natB, IDisplay display)
{
    // Limits: far above what the engine takes, so that one that is reached is a failure and not a slow machine.
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pathLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_deliveryLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(10);

    // How long silence is looked for after an event.
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(5);

    // How long a pair that is expected to stay relayed is given to prove the table wrong: longer than a punch is tried.
    private static readonly TimeSpan s_relayedFor = TimeSpan.FromSeconds(8);

    // How long a path carries lines before the next thing happens to it.
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(2);

    // How often a condition is looked at. The times that are reported come from the events themselves.
    private static readonly TimeSpan s_glance = TimeSpan.FromMilliseconds(5);

    private readonly LineLedger _fromA = new("alice");
    private readonly LineLedger _fromB = new("bob");
    private readonly List<string> _failures = [];
    private Speaker? _a;
    private Speaker? _b;
    private Summary _summary = new(natA, natB);

    private bool BothDirect => _a?.Path?.Kind == PathKind.Direct && _b?.Path?.Kind == PathKind.Direct;

    private bool BothRelayed => _a?.Path?.Kind == PathKind.Relayed && _b?.Path?.Kind == PathKind.Relayed;

    /// <summary>Tells it to its end, or until it cannot go on; the summary says which.</summary>
    public async Task<Summary> TellAsync(CancellationToken ct)
    {
        try
        {
            await using IActor alice = await stage.StartListenerAsync(ct);
            _a = new Speaker(alice, stage, _fromA, _fromB, display);
            _a.Listen();
            await WaitAsync(() => _a.AgentId is not null, s_startLimit, "alice is not ready", ct);

            TimeSpan start = stage.Now;
            await using IActor bob = await stage.StartDiallerAsync(_a.AgentId!, ct);
            _b = new Speaker(bob, stage, _fromB, _fromA, display);
            _b.Listen();
            display.Enter(_a, _b);
            _a.Speak();
            _b.Speak();
            await TellPhasesAsync(_a, _b, start, ct);
        }
        catch (StoryException e)
        {
            _failures.Add(e.Message);
        }

        return _summary with
        {
            Lines = _fromA.Count + _fromB.Count,
            Failures = _failures,
            Complaints = [.. stage.Complaints, .. _a?.Complaints ?? [], .. _b?.Complaints ?? []],
        };
    }

    private async Task TellPhasesAsync(Speaker a, Speaker b, TimeSpan start, CancellationToken ct)
    {
        await MeetAsync(a, b, start, ct);
        if (_summary.DirectExpected)
        {
            await PromoteAsync(a, b, ct);
            await CutAsync(a, b, ct);
            await RedirectAsync(a, b, ct);
        }
        else
        {
            await StayRelayedAsync(a, b, ct);
        }

        if (stage.CanForget)
        {
            await RebindAsync(a, b, ct);
        }

        await CheckAsync(a, b, ct);
    }

    private async Task MeetAsync(Speaker a, Speaker b, TimeSpan start, CancellationToken ct)
    {
        display.Begin(Phase.Meet);
        await WaitAsync(
            () => a.Heard.Count.Received > 0 && b.Heard.Count.Received > 0, s_startLimit, "no line has come both ways", ct);
        TimeSpan first = Earlier(a.Heard.Arrivals[0], b.Heard.Arrivals[0]) - start;
        _summary = _summary with { FirstLine = first };
        if (b.FirstPath?.Kind != PathKind.Relayed)
        {
            _failures.Add("The session did not begin over the relay.");
        }

        display.End(Phase.Meet, $"first line {Milliseconds(first)} after bob's start");
    }

    private async Task PromoteAsync(Speaker a, Speaker b, CancellationToken ct)
    {
        display.Begin(Phase.Promote);
        await WaitAsync(() => BothDirect, s_pathLimit, "the session is not direct", ct);
        TimeSpan direct = Later(a.Turn!.At, b.Turn!.At) - b.Session!.At;
        _summary = _summary with { Direct = direct };
        display.End(Phase.Promote, $"direct {Milliseconds(direct)} after the session began");
        await PauseAsync(s_calm, ct);
    }

    private async Task StayRelayedAsync(Speaker a, Speaker b, CancellationToken ct)
    {
        display.Begin(Phase.Promote);
        TimeSpan until = stage.Now + s_relayedFor;
        await WaitAsync(() => BothDirect || stage.Now >= until, s_pathLimit, "time stands still", ct);
        if (BothDirect)
        {
            _summary = _summary with { Direct = Later(a.Turn!.At, b.Turn!.At) - b.Session!.At };
        }

        display.End(Phase.Promote, BothDirect ? "direct, which was not expected" : "stays relayed, as expected of these two NATs");
    }

    private async Task CutAsync(Speaker a, Speaker b, CancellationToken ct)
    {
        display.Begin(Phase.Cut);
        TimeSpan cut = stage.Now;
        await stage.CutAsync();
        TimeSpan gap = await SilenceAsync(a, b, cut, ct);
        _summary = _summary with { CutGap = gap };
        await WaitAsync(() => BothRelayed, s_pathLimit, "the session is not back on the relay", ct);
        display.End(Phase.Cut, $"back on the relay; longest silence {Milliseconds(gap)}");
    }

    private async Task RedirectAsync(Speaker a, Speaker b, CancellationToken ct)
    {
        display.Begin(Phase.Redirect);
        TimeSpan opened = stage.Now;
        await stage.RestoreAsync();
        await WaitAsync(() => BothDirect, s_pathLimit, "the session is not direct again", ct);
        TimeSpan redirect = Later(a.Turn!.At, b.Turn!.At) - opened;
        _summary = _summary with { Redirect = redirect };
        display.End(Phase.Redirect, $"direct again after {Milliseconds(redirect)}");
        await PauseAsync(s_calm, ct);
    }

    private async Task RebindAsync(Speaker a, Speaker b, CancellationToken ct)
    {
        display.Begin(Phase.Rebind);
        TimeSpan forgot = stage.Now;
        await stage.ForgetAsync();
        TimeSpan gap = await SilenceAsync(a, b, forgot, ct);
        _summary = _summary with { RebindGap = gap };
        if (_summary.DirectExpected)
        {
            await WaitAsync(() => BothDirect, s_pathLimit, "the session is not direct after the NAT forgot it", ct);
        }

        display.End(Phase.Rebind, $"the session goes on; longest silence {Milliseconds(gap)}");
    }

    private async Task CheckAsync(Speaker a, Speaker b, CancellationToken ct)
    {
        display.Begin(Phase.Check);
        await a.HushAsync();
        await b.HushAsync();
        TimeSpan until = stage.Now + s_deliveryLimit;
        await WaitAsync(
            () => (AllHeard() && (BothDirect || BothRelayed)) || stage.Now >= until, s_deliveryLimit + s_calm, "time stands still", ct);
        _summary = _summary with { FinalPath = BothDirect ? PathKind.Direct : BothRelayed ? PathKind.Relayed : null };
        foreach (Speaker speaker in (Speaker[])[b, a])
        {
            if (await speaker.EndAsync(bySignal: speaker == a, s_endLimit) is string failure)
            {
                _failures.Add(failure);
            }
        }

        LineCount count = _fromA.Count + _fromB.Count;
        display.End(Phase.Check, count.IsPerfect
            ? $"{count.Sent} lines, every one once, in order"
            : $"{count.Sent} lines: {count.Lost} lost, {count.Duplicated} doubled, {count.Reordered} out of order");
    }

    private bool AllHeard() => _fromA.Count.Lost + _fromB.Count.Lost == 0;

    private async Task<TimeSpan> SilenceAsync(Speaker a, Speaker b, TimeSpan from, CancellationToken ct)
    {
        await WaitAsync(() => stage.Now > from + s_window, s_window + s_calm, "time stands still", ct);
        TimeSpan now = stage.Now;
        return Later(
            Gaps.Longest(a.Heard.Arrivals, from, from + s_window, now), Gaps.Longest(b.Heard.Arrivals, from, from + s_window, now));
    }

    private Task PauseAsync(TimeSpan length, CancellationToken ct)
    {
        TimeSpan until = stage.Now + length;
        return WaitAsync(() => stage.Now >= until, length + s_calm, "time stands still", ct);
    }

    private async Task WaitAsync(Func<bool> condition, TimeSpan limit, string otherwise, CancellationToken ct)
    {
        TimeSpan deadline = stage.Now + limit;
        while (!condition())
        {
            if ((stage.Failure ?? _a?.Failure ?? _b?.Failure) is string failure)
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

    private static TimeSpan Earlier(TimeSpan x, TimeSpan y) => x < y ? x : y;

    private static TimeSpan Later(TimeSpan x, TimeSpan y) => x > y ? x : y;

    private static string Milliseconds(TimeSpan time) => $"{time.TotalMilliseconds:F0} ms";
}
