using Ants.Samples.TwoNats.Staging;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Showing;

/// <summary>Shows the story while it is told. Safe to call from several threads.</summary>
internal interface IDisplay
{
    /// <summary>Tells the story, and shows it until it ends.</summary>
    Task<Summary> ShowAsync(Func<Task<Summary>> tell);

    /// <summary>The world is built: what it is, whose clock is shown from now on, and who is in it.</summary>
    void Introduce(IStage stage, LabHomeKind natA, LabHomeKind natB);

    /// <summary>The agents are there.</summary>
    void Enter(Speaker a, Speaker b);

    /// <summary>A phase begins.</summary>
    void Begin(Phase phase);

    /// <summary>A phase has ended; <paramref name="outcome"/> says how.</summary>
    void End(Phase phase, string outcome);

    /// <summary>An agent's session took another path.</summary>
    void PathChanged(Speaker speaker, AgentEvent.Path path);

    /// <summary>An agent says how its network treats it, or why its session is relayed.</summary>
    void Explained(Speaker speaker, string explanation);

    /// <summary>Something worth a line.</summary>
    void Note(string text);
}
