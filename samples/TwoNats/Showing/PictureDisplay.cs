using System.Globalization;
using Ants.Samples.TwoNats.Staging;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;
using Spectre.Console;

namespace Ants.Samples.TwoNats.Showing;

/// <summary>The story as a picture that is redrawn while it is told: who is there, on which path, and what has come to pass.</summary>
internal sealed class PictureDisplay(IAnsiConsole console) : IDisplay
{
    // Ten pictures a second look alive and cost the machine, which is running a network at the time, next to nothing.
    private static readonly TimeSpan s_redraw = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly Dictionary<Phase, string?> _phases = [];
    private readonly SortedDictionary<string, string> _explanations = new(StringComparer.Ordinal);
    private IStage? _stage;
    private (LabHomeKind A, LabHomeKind B) _nats;
    private Speaker[] _speakers = [];
    private string _note = "";

    /// <inheritdoc/>
    public async Task<Summary> ShowAsync(Func<Task<Summary>> tell)
    {
        Task<Summary> telling = tell();
        await console.Live(Draw()).StartAsync(async live =>
        {
            while (!telling.IsCompleted)
            {
                live.UpdateTarget(Draw());
                await Task.WhenAny(telling, Task.Delay(s_redraw));
            }

            live.UpdateTarget(Draw());
        });
        return await telling;
    }

    /// <inheritdoc/>
    public void Introduce(IStage stage, LabHomeKind natA, LabHomeKind natB)
    {
        lock (_lock)
        {
            _stage = stage;
            _nats = (natA, natB);
        }
    }

    /// <inheritdoc/>
    public void Enter(Speaker a, Speaker b)
    {
        lock (_lock)
        {
            _speakers = [a, b];
        }
    }

    /// <inheritdoc/>
    public void Begin(Phase phase)
    {
        lock (_lock)
        {
            _phases[phase] = null;
        }
    }

    /// <inheritdoc/>
    public void End(Phase phase, string outcome)
    {
        lock (_lock)
        {
            _phases[phase] = outcome;
        }
    }

    /// <inheritdoc/>
    public void PathChanged(Speaker speaker, AgentEvent.Path path)
    {
        // The speaker's row shows it.
    }

    /// <inheritdoc/>
    public void Explained(Speaker speaker, string explanation)
    {
        lock (_lock)
        {
            _explanations[speaker.Name] = explanation;
        }
    }

    /// <inheritdoc/>
    public void Note(string text)
    {
        lock (_lock)
        {
            _note = text;
        }
    }

    private Rows Draw()
    {
        lock (_lock)
        {
            return new Rows(DrawTitle(), DrawAgents(), DrawExplanations(), DrawStory(), new Text(_note));
        }
    }

    private Rule DrawTitle()
    {
        string title = _stage is null
            ? "building the networks ..."
            : string.Create(CultureInfo.InvariantCulture, $"{_stage.Description}: {_stage.Now.TotalSeconds:F1} s");
        return new Rule($"[bold]{Markup.Escape(title)}[/]").LeftJustified();
    }

    private Table DrawAgents()
    {
        Table table = new Table().Border(TableBorder.Rounded).Expand()
            .AddColumns("agent", "NAT", "as it finds", "path", "round trip", "lines out", "lines in", "last line");
        foreach (Speaker speaker in _speakers)
        {
            LabHomeKind nat = speaker == _speakers[0] ? _nats.A : _nats.B;
            table.AddRow(
                new Text(speaker.Name),
                new Text(nat.ToName()),
                new Text(speaker.Network?.Nat ?? ""),
                DrawPath(speaker.Path),
                new Text(speaker.Path is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{speaker.Path.RoundTripMilliseconds:F1} ms")),
                new Text(speaker.Spoken.Count.Sent.ToString(CultureInfo.InvariantCulture)),
                new Text(speaker.Heard.Count.Received.ToString(CultureInfo.InvariantCulture)),
                new Text(speaker.LastHeard));
        }

        return table;
    }

    private Rows DrawExplanations() => new(_explanations.Select(said => new Markup($"[dim]{Markup.Escape($"{said.Key}: {said.Value}")}[/]")));

    private Table DrawStory()
    {
        Table table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("", "", "");
        foreach ((Phase phase, string? outcome) in _phases.OrderBy(p => p.Key))
        {
            table.AddRow(
                new Markup(outcome is null ? "[yellow]>[/]" : "[green]*[/]"),
                new Text(phase.Title()),
                new Text(outcome ?? "...", new Style(decoration: outcome is null ? Decoration.Dim : Decoration.None)));
        }

        return table;
    }

    private static Markup DrawPath(AgentEvent.Path? path) => path switch
    {
        null => new Markup("[dim]none yet[/]"),
        { Kind: PathKind.Direct } => new Markup($"[green]direct[/] {Markup.Escape(path.Remote.ToString())}"),
        _ => new Markup($"[yellow]relayed[/] {Markup.Escape(path.Remote.ToString())}"),
    };
}
