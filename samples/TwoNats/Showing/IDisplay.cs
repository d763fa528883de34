using Ants.Samples.TwoNats.Staging;
using Ants.Samples.TwoNats.Telling;

namespace Ants.Samples.TwoNats.Showing;

/// <summary>Shows the story while it is told. Safe to call from several threads.</summary>
internal interface IDisplay
{
    /// <summary>Tells the story, and shows it until it ends.</summary>
    public Task<Summary> ShowAsync(Func<Task<Summary>> tell);

    /// <summary>The world is built: what it is, and who is in it.</summary>
    public void Introduce(string description, NatKind natA, NatKind natB);

    /// <summary>The agents are there.</summary>
    public void Enter(Speaker a, Speaker b);

    /// <summary>A phase begins.</summary>
    public void Begin(Phase phase);

    /// <summary>A phase has ended; <paramref name="outcome"/> says how.</summary>
    public void End(Phase phase, string outcome);

    /// <summary>An agent's session took another path.</summary>
    public void PathChanged(Speaker speaker, AgentEvent.Path path);

    /// <summary>Something worth a line.</summary>
    public void Note(string text);
}
