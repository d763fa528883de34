using Ants.Samples.TwoNats.Showing;
using Ants.Samples.TwoNats.Staging;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Telling;

/// <summary>
/// The story: two agents meet over a relay; their session moves to a direct path; a firewall cuts it and the session falls
/// back to the relay; the firewall opens and the session is direct again; a NAT forgets its mappings and the session goes
/// on; and what the plot adds. All the while both type, and in the end every line must have arrived once, in order.
/// </summary>
internal sealed class Story(IStage stage, LabHomeKind natA, LabHomeKind natB, IDisplay display, Plot plot)
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

    private readonly LineLedger _fromA = new("alice");
    private readonly LineLedger _fromB = new("bob");
    private readonly List<string> _failures = [];
    private readonly Scene _scene = new(stage);
    private Summary _summary = new(natA, natB);

    /// <summary>Tells it to its end, or until it cannot go on; the summary says which.</summary>
    public async Task<Summary> TellAsync(CancellationToken ct)
    {
        try
        {
            await using IActor alice = await stage.StartListenerAsync(ct);
            Speaker a = _scene.A = new Speaker(alice, stage, _fromA, _fromB, display);
            a.Listen();
            await _scene.WaitAsync(() => a.AgentId is not null, s_startLimit, "alice is not ready", ct);

            TimeSpan start = stage.Now;
            await using IActor bob = await stage.StartDiallerAsync(a.AgentId!, ct);
            Speaker b = _scene.B = new Speaker(bob, stage, _fromB, _fromA, display);
            b.Listen();
            display.Enter(a, b);
            a.Speak();
            b.Speak();
            await TellPhasesAsync(a, b, start, ct);
        }
        catch (StoryException e)
        {
            _failures.Add(e.Message);
        }

        return _summary with
        {
            Lines = _fromA.Count + _fromB.Count,
            Failures = _failures,
            Complaints = [.. stage.Complaints, .. _scene.A?.Complaints ?? [], .. _scene.B?.Complaints ?? []],
        };
    }

    private async Task TellPhasesAsync(Speaker a, Speaker b, TimeSpan start, CancellationToken ct)
    {
        await MeetAsync(a, b, start, ct);
        if (_summary.DirectExpected)
        {
            await PromoteAsync(b, ct);
            await CutAsync(ct);
            await KillRelayAsync(Phase.KillRelay, ct);
            await RedirectAsync(ct);
            await KillRelayAsync(Phase.KillStandby, ct);
        }
        else
        {
            await StayRelayedAsync(b, ct);
            await KillRelayAsync(Phase.KillRelay, ct);
        }

        if (stage.Walled.Count > 0)
        {
            await LetUdpAsync(ct);
        }

        if (stage.CanForget)
        {
            await RebindAsync(ct);
        }

        if (plot.Move)
        {
            await MoveAsync(ct);
        }

        await CheckAsync(a, b, ct);
    }

    private async Task MeetAsync(Speaker a, Speaker b, TimeSpan start, CancellationToken ct)
    {
        display.Begin(Phase.Meet);
        await _scene.WaitAsync(
            () => a.Heard.Count.Received > 0 && b.Heard.Count.Received > 0, s_startLimit, "no line has come both ways", ct);
        TimeSpan first = Earlier(a.Heard.Arrivals[0], b.Heard.Arrivals[0]) - start;
        _summary = _summary with { FirstLine = first };
        if (b.FirstPath?.Kind != PathKind.Relayed)
        {
            _failures.Add("The session did not begin over the relay.");
        }

        display.End(Phase.Meet, $"first line {Milliseconds(first)} after bob's start");
    }

    private async Task PromoteAsync(Speaker b, CancellationToken ct)
    {
        display.Begin(Phase.Promote);
        await _scene.WaitAsync(() => _scene.BothDirect, s_pathLimit, "the session is not direct", ct);
        TimeSpan direct = _scene.Turned - b.Session!.At;
        _summary = _summary with { Direct = direct };
        display.End(Phase.Promote, $"direct {Milliseconds(direct)} after the session began");
        await _scene.PauseAsync(s_calm, ct);
    }

    private async Task StayRelayedAsync(Speaker b, CancellationToken ct)
    {
        display.Begin(Phase.Promote);
        TimeSpan until = stage.Now + s_relayedFor;
        await _scene.WaitAsync(() => _scene.BothDirect || stage.Now >= until, s_pathLimit, "time stands still", ct);
        if (_scene.BothDirect)
        {
            _summary = _summary with { Direct = _scene.Turned - b.Session!.At };
        }

        display.End(Phase.Promote, _scene.BothDirect ? "direct, which was not expected" : "stays relayed, as expected of these two NATs");
    }

    private async Task CutAsync(CancellationToken ct)
    {
        display.Begin(Phase.Cut);
        TimeSpan cut = stage.Now;
        await stage.CutAsync();
        TimeSpan gap = await _scene.SilenceAsync(cut, s_window, ct);
        _summary = _summary with { CutGap = gap };
        await _scene.WaitAsync(() => _scene.BothRelayed, s_pathLimit, "the session is not back on the relay", ct);
        display.End(Phase.Cut, $"back on the relay; longest silence {Milliseconds(gap)}");
    }

    private async Task KillRelayAsync(Phase phase, CancellationToken ct)
    {
        if (!plot.KillRelay)
        {
            return;
        }

        display.Begin(phase);
        TimeSpan gap = await new RelayDeath(_scene).HappenAsync(s_window, ct);
        _summary = _summary with { RelayKillGap = Later(_summary.RelayKillGap ?? gap, gap) };
        display.End(phase, $"the session goes on, the relay is back; longest silence {Milliseconds(gap)}");
    }

    private async Task LetUdpAsync(CancellationToken ct)
    {
        UdpFirewall firewall = new(_scene);
        display.Begin(Phase.LetUdp);
        TimeSpan took = await firewall.OpenAsync(ct);
        _summary = _summary with { Udp = took };
        display.End(Phase.LetUdp, $"the relay is reached by UDP after {Milliseconds(took)}");
        await _scene.PauseAsync(s_calm, ct);

        display.Begin(Phase.BlockUdp);
        TimeSpan gap = await firewall.CloseAsync(s_window, ct);
        _summary = _summary with { UdpBlockGap = gap };
        display.End(Phase.BlockUdp, $"back on the relay by WebSocket; longest silence {Milliseconds(gap)}");
    }

    private async Task RedirectAsync(CancellationToken ct)
    {
        display.Begin(Phase.Redirect);
        TimeSpan opened = stage.Now;
        await stage.RestoreAsync();
        await _scene.WaitAsync(() => _scene.BothDirect, s_pathLimit, "the session is not direct again", ct);
        TimeSpan redirect = _scene.Turned - opened;
        _summary = _summary with { Redirect = redirect };
        display.End(Phase.Redirect, $"direct again after {Milliseconds(redirect)}");
        await _scene.PauseAsync(s_calm, ct);
    }

    private async Task RebindAsync(CancellationToken ct)
    {
        display.Begin(Phase.Rebind);
        TimeSpan forgot = stage.Now;
        await stage.ForgetAsync();
        TimeSpan gap = await _scene.SilenceAsync(forgot, s_window, ct);
        _summary = _summary with { RebindGap = gap };
        if (_summary.DirectExpected)
        {
            await _scene.WaitAsync(() => _scene.BothDirect, s_pathLimit, "the session is not direct after the NAT forgot it", ct);
        }

        display.End(Phase.Rebind, $"the session goes on; longest silence {Milliseconds(gap)}");
    }

    private async Task MoveAsync(CancellationToken ct)
    {
        display.Begin(Phase.Move);
        HostMove move = new(_scene);
        (TimeSpan left, TimeSpan gap) = await move.HappenAsync(s_window, ct);
        _summary = _summary with { MoveGap = gap };
        string direct = _summary.DirectExpectedAtEnd
            ? $", direct again {Milliseconds(await move.UntilDirectAsync(left, s_pathLimit, ct) - left)} after the move"
            : "";
        display.End(Phase.Move, $"the session goes on{direct}; longest silence {Milliseconds(gap)}");
    }

    private async Task CheckAsync(Speaker a, Speaker b, CancellationToken ct)
    {
        display.Begin(Phase.Check);
        await a.HushAsync();
        await b.HushAsync();
        TimeSpan until = stage.Now + s_deliveryLimit;
        await _scene.WaitAsync(
            () => (AllHeard() && (_scene.BothDirect || _scene.BothRelayed)) || stage.Now >= until, s_deliveryLimit + s_calm, "time stands still", ct);
        _summary = _summary with { FinalPath = _scene.BothDirect ? PathKind.Direct : _scene.BothRelayed ? PathKind.Relayed : null };
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

    private static TimeSpan Earlier(TimeSpan x, TimeSpan y) => x < y ? x : y;

    private static TimeSpan Later(TimeSpan x, TimeSpan y) => x > y ? x : y;

    private static string Milliseconds(TimeSpan time) => $"{time.TotalMilliseconds:F0} ms";
}
