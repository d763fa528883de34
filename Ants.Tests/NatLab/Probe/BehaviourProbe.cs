using System.Net;
using Ants.Nat;

namespace Ants.Tests.Lab.Probe;

/// <summary>
/// An agent that finds out what its NAT does, to be placed in a host of the lab. Its arguments are relays (<c>ants://...</c>), STUN servers
/// (<c>IP:PORT</c>), and a file to keep networks in, if any. Prints what it knows whenever that changes; ends with its input.
/// </summary>
internal static class BehaviourProbe
{
    public const string Command = "behaviour-probe";

    public static async Task<int> RunAsync(string[] arguments)
    {
        using AgentIdentity identity = AgentIdentity.Generate();
        AntsOptions options = new() { Identity = identity, PortMapping = PortMappingProtocols.None, NetworksFile = "" };
        foreach (string argument in arguments)
        {
            if (argument.StartsWith("ants:", StringComparison.Ordinal))
            {
                options.Relays.Add(RelayAddress.Parse(argument));
            }
            else if (IPEndPoint.TryParse(argument, out IPEndPoint? server))
            {
                options.StunServers.Add(server);
            }
            else
            {
                options.NetworksFile = argument;
            }
        }

        await using AntsAgent agent = await AntsAgent.StartAsync(options);
        using PeriodicTimer ticks = new(TimeSpan.FromMilliseconds(20));

        // The console's reader waits on the thread that calls it, whatever its methods' names say.
        Task end = Task.Run(Console.In.ReadToEnd);
        string told = "";
        while (!end.IsCompleted && await ticks.WaitForNextTickAsync())
        {
            string now = agent.Behaviours is [NatBehaviour found, ..] ? Describe(found) : told;
            if (now != told)
            {
                Console.WriteLine(told = now);
            }
        }

        return 0;
    }

    /// <summary>One line of words.</summary>
    public static string Describe(NatBehaviour found) => string.Join(
        ' ',
        found.Mapping + (found.IsMappingExact ? "" : "+"),
        found.Filtering + (found.IsFilteringExact ? "" : "+"),
        found.Allocation,
        $"hairpin:{found.Hairpinning?.ToString() ?? "?"}",
        $"lifetime:{found.BindingLifetime?.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"}",
        found.FromCache ? "remembered" : "measured",
        string.Join(',', found.ExternalAddresses));
}
