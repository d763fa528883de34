namespace Ants.Nat;

/// <summary>What came of asking one router by one protocol. Immutable.</summary>
/// <param name="Gateway">The router.</param>
/// <param name="Protocol">The protocol; exactly one.</param>
/// <param name="Outcome">How far it came.</param>
/// <param name="Detail">For people: the router's own words, an error's number. Empty when there is nothing to add.</param>
public sealed record PortMappingAttempt(NetworkGateway Gateway, PortMappingProtocols Protocol, PortMappingOutcome Outcome, string Detail);
