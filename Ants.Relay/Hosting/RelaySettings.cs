using System.Net;

namespace Ants.Relay.Hosting;

/// <summary>What the command line asks for, checked.</summary>
internal sealed record RelaySettings
{
    /// <summary>Where to listen, by UDP and by TCP; port 0 for any that is free in both.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Where what must outlive the process is kept.</summary>
    public required string Folder { get; init; }

    /// <summary>How long agents are given to move when the relay is told to stop; zero for not at all.</summary>
    public required TimeSpan DrainWithin { get; init; }

    /// <summary>How agents find the relay, where that is not <see cref="Listen"/>.</summary>
    public AdvertisedName? Advertised { get; init; }

    /// <summary>The other relays to ask for records.</summary>
    public IReadOnlyList<RelayAddress> Peers { get; init; } = [];

    /// <summary>See <see cref="RelayOptions.StunPort"/>.</summary>
    public int? StunPort { get; init; }

    /// <summary>See <see cref="RelayOptions.MaxAgents"/>; null for the default, as for the limits below.</summary>
    public int? MaxAgents { get; init; }

    /// <summary>See <see cref="RelayOptions.ForwardBytesPerSecond"/>.</summary>
    public long? ForwardBytesPerSecond { get; init; }

    /// <summary>See <see cref="RelayOptions.MaxWebSockets"/>.</summary>
    public int? MaxWebSockets { get; init; }

    /// <summary>See <see cref="RelayOptions.MaxWebSocketsPerAddress"/>.</summary>
    public int? MaxWebSocketsPerAddress { get; init; }

    /// <summary>What the relay is started with.</summary>
    public RelayOptions ToOptions(AgentIdentity identity, ILoggerFactory loggers)
    {
        RelayOptions options = new()
        {
            Identity = identity,
            Listen = Listen,
            AdvertisedHost = Advertised?.Host,
            AdvertisedPort = Advertised?.Port,
            StunPort = StunPort,
            LoggerFactory = loggers,
        };
        options.MaxAgents = MaxAgents ?? options.MaxAgents;
        options.ForwardBytesPerSecond = ForwardBytesPerSecond ?? options.ForwardBytesPerSecond;
        options.MaxWebSockets = MaxWebSockets ?? options.MaxWebSockets;
        options.MaxWebSocketsPerAddress = MaxWebSocketsPerAddress ?? options.MaxWebSocketsPerAddress;
        foreach (RelayAddress peer in Peers)
        {
            options.PeerRelays.Add(peer);
        }

        return options;
    }
}
