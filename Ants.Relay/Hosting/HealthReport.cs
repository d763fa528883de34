namespace Ants.Relay.Hosting;

/// <summary>What <c>/healthz</c> answers: numbers only, since anyone may ask.</summary>
/// <param name="Status">"ok" while the relay serves, "draining" when its agents have been told to move.</param>
/// <param name="Agents">Agents that are registered.</param>
/// <param name="UptimeSeconds">Since the start.</param>
internal sealed record HealthReport(string Status, int Agents, long UptimeSeconds);
