using System.Net;
using Ants.Nat;
using Microsoft.Extensions.Logging;

namespace Ants.Samples.Chat;

/// <summary>What the command line asks for, checked.</summary>
internal sealed record ChatOptions
{
    /// <summary>The identity's file; <see langword="null"/> for an identity that lives as long as the process.</summary>
    public string? IdentityPath { get; init; }

    /// <summary>Whom to call; <see langword="null"/> to listen.</summary>
    public Invite? Peer { get; init; }

    public IReadOnlyList<RelayAddress> Relays { get; init; } = [];

    public IReadOnlyList<IPEndPoint> AdvertisedAddresses { get; init; } = [];

    /// <summary>Who may call; empty for everyone.</summary>
    public IReadOnlySet<AgentId> Allowed { get; init; } = new HashSet<AgentId>();

    public int Port { get; init; }

    /// <summary>The HTTP proxy on the way to relays; <see langword="null"/> for what the system says.</summary>
    public IWebProxy? Proxy { get; init; }

    public bool RelayOnly { get; init; }

    /// <summary>How routers are asked for mappings.</summary>
    public PortMappingProtocols PortMapping { get; init; } = PortMappingProtocols.All;

    /// <summary>How long they keep one that is not renewed; <see langword="null"/> for the agent's default.</summary>
    public TimeSpan? MappingLease { get; init; }

    /// <summary>Where traces of sessions go; <see langword="null"/> for none.</summary>
    public string? QlogFolder { get; init; }

    public bool Json { get; init; }

    /// <summary>The world that the agent runs in, and the chat with it: the machine's own, or a simulated one.</summary>
    public AntsNetwork Network { get; init; } = AntsNetwork.System;

    /// <summary>The agent that is asked for, which logs to <paramref name="loggers"/>.</summary>
    public AntsOptions ToAgent(AgentIdentity identity, Func<PeerRequest, Admission> authorize, ILoggerFactory loggers)
    {
        AntsOptions options = new()
        {
            Identity = identity,
            Authorize = authorize,
            Port = Port,
            Proxy = Proxy,
            RelayOnly = RelayOnly,
            PortMapping = PortMapping,

            // Whoever types the relays wants them all, and is told when they are there.
            WarmRelays = Math.Clamp(Relays.Count, 1, AntsOptions.MaxRelays),
            LoggerFactory = loggers,
            Qlog = QlogFolder is null ? null : QlogOptions.ToDirectory(QlogFolder),
            Network = Network,
        };
        options.PortMappingLease = MappingLease ?? options.PortMappingLease;
        foreach (RelayAddress relay in Relays)
        {
            options.Relays.Add(relay);
        }

        foreach (IPEndPoint address in AdvertisedAddresses)
        {
            options.AdvertisedAddresses.Add(address);
        }

        return options;
    }
}
