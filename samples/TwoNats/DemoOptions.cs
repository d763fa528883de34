using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats;

/// <summary>What the command line asks for.</summary>
/// <param name="NatA">What the listener is behind.</param>
/// <param name="NatB">What the dialler is behind.</param>
/// <param name="Keep">Leave the lab up afterwards.</param>
/// <param name="Json">Print the summary as one JSON object, last.</param>
/// <param name="Simulated">Tell the story on the simulated network.</param>
internal sealed record DemoOptions(LabHomeKind NatA, LabHomeKind NatB, bool Keep, bool Json, bool Simulated)
{
    /// <summary>How many relays both agents hold.</summary>
    public int Relays { get; init; } = 1;

    /// <summary>Where both agents write traces of their sessions; null for nowhere.</summary>
    public string? Qlog { get; init; }

    /// <summary>What else happens to the session.</summary>
    public Plot Plot { get; init; } = new();
}
