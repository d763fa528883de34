using System.Globalization;
using Ants.Samples.TwoNats.Staging;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Showing;

/// <summary>The story as lines of text, each with the seconds since the world was built: for logs, pipes and dumb terminals.</summary>
internal sealed class PlainDisplay(TextWriter output) : IDisplay
{
    private readonly Lock _lock = new();
    private IStage? _stage;

    /// <inheritdoc/>
    public Task<Summary> ShowAsync(Func<Task<Summary>> tell) => tell();

    /// <inheritdoc/>
    public void Introduce(IStage stage, LabHomeKind natA, LabHomeKind natB)
    {
        _stage = stage;
        Note(stage.Description);
        Note($"alice is behind a NAT of the kind {natA.ToName()}, bob behind {natB.ToName()}.");
    }

    /// <inheritdoc/>
    public void Enter(Speaker a, Speaker b) => Note($"alice is {a.AgentId}; bob calls her by this name.");

    /// <inheritdoc/>
    public void Begin(Phase phase) => Note($"-- {phase.Title()}");

    /// <inheritdoc/>
    public void End(Phase phase, string outcome) => Note($"   {outcome}");

    /// <inheritdoc/>
    public void PathChanged(Speaker speaker, AgentEvent.Path path) => Note(string.Create(
        CultureInfo.InvariantCulture,
        $"   {speaker.Name}: {(path.Kind == PathKind.Direct ? "direct to" : "relayed by")} {path.Remote}, {path.RoundTripMilliseconds:F1} ms"));

    /// <inheritdoc/>
    public void Explained(Speaker speaker, string explanation) => Note($"   {speaker.Name}: {explanation}");

    /// <inheritdoc/>
    public void Note(string text)
    {
        lock (_lock)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_stage?.Now.TotalSeconds,7:F2}  {text}"));
            output.Flush();
        }
    }
}
