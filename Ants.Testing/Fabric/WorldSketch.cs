using System.Text;
using Ants.Testing.Clock;

namespace Ants.Testing.Fabric;

/// <summary>Says in a few lines how a world looks, for the messages of errors.</summary>
internal static class WorldSketch
{
    // Enough for the scenes that people write by hand; a crowd would hide the message.
    private const int MaxNodes = 20;

    /// <summary>The lines of a world.</summary>
    public static string Of(SimulatedNetwork network, World world)
    {
        StringBuilder text = new();
        text.Append($"At {world.Now} of seed {network.Seed}: {world.EventCount} events to come");
        if (world.NextEvent is Protocol.Instant next)
        {
            text.Append($", the next at {next}");
        }

        text.AppendLine($"; {world.ForeignPosts} posts from other threads.");
        text.AppendLine($"Datagrams: {network.Counters}.");
        foreach (SimulatedNat nat in network.Nats.Take(MaxNodes))
        {
            text.AppendLine($"NAT {nat}, {nat.Mappings.Count} mappings.");
        }

        foreach (SimulatedHost host in network.Hosts.Take(MaxNodes))
        {
            text.Append($"Host {host}");
            text.Append(host.Nat is null ? "" : $" behind {host.Nat.Name}");
            text.Append(host.IsDead ? ", dead" : "");
            text.AppendLine($", ports {string.Join(", ", host.Ports.All.Select(port => port.LocalEndPoint.Port))}: {host.Counters}.");
        }

        return text.ToString();
    }
}
