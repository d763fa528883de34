using System.Net;
using Ants.Samples.TwoNats;
using Ants.Samples.TwoNats.Showing;
using Ants.Samples.TwoNats.Staging;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;

namespace Ants.Bench.Bars;

/// <summary>Two Chat processes that talk all the while, a hundred lines a second each way, in a lab that stays up for many runs.</summary>
internal sealed class Conversation : IAsyncDisposable
{
    // What the bars are stated for.
    private const int LinesPerSecond = 100;

    // Far above what anything takes: one that is reached is a failure and not a slow machine.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    // Both agents hold all relays, and have standby paths over them, long before.
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(3);

    private readonly LineLedger _fromA = new("alice"), _fromB = new("bob");
    private readonly LabStage _stage;
    private readonly List<IActor> _actors = [];
    private readonly Heartbeat _heartbeat = new();

    private Conversation(LabStage stage)
    {
        _stage = stage;
        Scene = new Scene(stage);
    }

    public Scene Scene { get; }

    /// <summary>Builds the lab, starts the relays and both agents, and waits until the two talk.</summary>
    public static async Task<Conversation> BeginAsync(LabHomeKind a, LabHomeKind b, int relays, CancellationToken ct)
    {
        Conversation conversation = new(await LabStage.BuildAsync(a, b, relays, ct));
        try
        {
            await conversation.MeetAsync(ct);
            return conversation;
        }
        catch
        {
            await conversation.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it in order, prints what became of the lines, and tells whether every one came once, in order, in one session.</summary>
    public async Task<bool> EndAsync(TextWriter output, CancellationToken ct)
    {
        await Scene.A!.HushAsync();
        await Scene.B!.HushAsync();
        await Scene.WaitAsync(() => _fromA.Count.Lost + _fromB.Count.Lost == 0, s_limit, "lines have not arrived", ct);
        int sessions = Scene.A.Sessions + Scene.B.Sessions;
        string?[] ends = [await Scene.B.EndAsync(bySignal: false, s_limit), await Scene.A.EndAsync(bySignal: true, s_limit)];
        LineCount lines = _fromA.Count + _fromB.Count;
        output.WriteLine($"lines: {lines.Sent} sent, {lines.Lost} lost, {lines.Duplicated} doubled, {lines.Reordered} out of order; "
            + $"{sessions - 2} sessions ended");
        _heartbeat.Report(output);
        foreach (string end in ends.OfType<string>())
        {
            output.WriteLine($"FAILED: {end}");
        }

        return lines.IsPerfect && lines.Sent > 0 && sessions == 2 && ends.All(end => end is null);
    }

    /// <summary>Has a relay drain and stop, and waits until it has.</summary>
    public Task StopRelayAsync(IPEndPoint relay) => _stage.StopRelayAsync(relay);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (IActor actor in _actors)
        {
            await actor.DisposeAsync();
        }

        await _stage.DisposeAsync();
        _heartbeat.Dispose();
    }

    private async Task MeetAsync(CancellationToken ct)
    {
        Speaker a = Scene.A = Listen(await _stage.StartListenerAsync(ct), _fromA, _fromB);
        await Scene.WaitAsync(() => a.AgentId is not null, s_limit, "alice is not ready", ct);
        Speaker b = Scene.B = Listen(await _stage.StartDiallerAsync(a.AgentId!, ct), _fromB, _fromA);
        a.Speak();
        b.Speak();
        await Scene.WaitAsync(() => a.Heard.Count.Received > 0 && b.Heard.Count.Received > 0, s_limit, "no line has come both ways", ct);
        await Scene.PauseAsync(s_settle, ct);
    }

    private Speaker Listen(IActor actor, LineLedger spoken, LineLedger heard)
    {
        _actors.Add(actor);
        Speaker speaker = new(actor, _stage, spoken, heard, new PlainDisplay(TextWriter.Null), LinesPerSecond);
        speaker.Listen();
        return speaker;
    }
}
