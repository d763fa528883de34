using Ants.Testing;

namespace Ants.Tests.Simulation.Agents;

/// <summary>Where a <see cref="TalkScene"/> is set.</summary>
internal sealed record TalkSetting
{
    /// <summary>Of all randomness.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Each way between two public hosts; of several relays the second is twice as far, the third three times.</summary>
    public double DelayMs { get; init; } = 10;

    /// <summary>The NAT before each of the two.</summary>
    public NatKind Kind { get; init; } = NatKind.PortRestricted;

    /// <summary>Relays, all held by both.</summary>
    public int Relays { get; init; } = 1;

    public double LinesPerSecond { get; init; } = 100;
}
