using System.CommandLine;
using System.Net;
using Ants.Crypto;
using Ants.Nat;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Matrix;

/// <summary>What a <see cref="MatrixAgent"/> is told of its network, on its command line.</summary>
/// <param name="Relays">The relays.</param>
/// <param name="Mapping">By which protocols it asks its router.</param>
/// <param name="IsMapped">Whether a start waits for a mapping.</param>
/// <param name="Forwarded">Where its owner has forwarded a port; null where none is.</param>
/// <param name="Proxy">The proxy to be used; null for what the system says.</param>
internal sealed record MatrixAgentOptions(
    IReadOnlyList<RelayAddress> Relays, PortMappingProtocols Mapping, bool IsMapped, IPEndPoint? Forwarded, IWebProxy? Proxy)
{
    private const string Name = "matrix-agent";
    private static readonly Option<string[]> s_relay = new("--relay") { Required = true };
    private static readonly Option<PortMappingProtocols> s_mapping = new("--mapping") { DefaultValueFactory = _ => PortMappingProtocols.All };
    private static readonly Option<bool> s_isMapped = new("--mapped");
    private static readonly Option<string?> s_forwarded = new("--forwarded");
    private static readonly Option<string?> s_proxy = new("--proxy");

    /// <summary>The arguments that start the process in a home.</summary>
    public static string[] Arguments(LabHome home, IEnumerable<string> relays, LabProxy? proxy) =>
    [
        Name,
        .. relays.SelectMany(relay => new[] { s_relay.Name, relay }),
        .. home.Kind.MappedBy() is var protocols && protocols != PortMappingProtocols.None
            ? new[] { s_mapping.Name, protocols.ToString().Replace(" ", "", StringComparison.Ordinal), s_isMapped.Name }
            : [],
        .. home.ForwardedAddress is { } forwarded ? new[] { s_forwarded.Name, forwarded.ToString() } : [],
        .. home.Kind == LabHomeKind.ProxyOnly ? new[] { s_proxy.Name, proxy!.Address.AbsoluteUri } : [],
    ];

    /// <summary>The command that they are of; not for people.</summary>
    public static Command CreateCommand()
    {
        Command command = new(Name) { s_relay, s_mapping, s_isMapped, s_forwarded, s_proxy };
        command.Hidden = true;
        command.SetAction(parsed => MatrixAgent.RunAsync(
            new MatrixAgentOptions(
                [.. parsed.GetRequiredValue(s_relay).Select(RelayAddress.Parse)],
                parsed.GetValue(s_mapping),
                parsed.GetValue(s_isMapped),
                parsed.GetValue(s_forwarded) is { } forwarded ? IPEndPoint.Parse(forwarded) : null,
                ProxyAddress.TryParse(parsed.GetValue(s_proxy) ?? "", out IWebProxy? proxy, out _) ? proxy : null),
            Console.In,
            Console.Out));
        return command;
    }

    /// <summary>The options of an agent with a key.</summary>
    public AntsOptions ToAgent(AgentIdentity identity)
    {
        AntsOptions agent = new() { Identity = identity, PortMapping = Mapping, Port = Forwarded?.Port ?? 0, Proxy = Proxy };
        foreach (RelayAddress relay in Relays)
        {
            agent.Relays.Add(relay);
        }

        if (Forwarded is not null)
        {
            agent.AdvertisedAddresses.Add(Forwarded);
        }

        return agent;
    }
}
