namespace Ants.Nat;

/// <summary>What routers were asked for, what they gave, and why others gave nothing, at one moment. Immutable.</summary>
/// <param name="Mappings">The mappings that are held: one at most for each of the agent's addresses.</param>
/// <param name="Attempts">Each router with each protocol, the better protocol first.</param>
public sealed record PortMappingReport(IReadOnlyList<PortMapping> Mappings, IReadOnlyList<PortMappingAttempt> Attempts)
{
    /// <summary>Nothing was asked.</summary>
    public static PortMappingReport Empty { get; } = new([], []);
}
