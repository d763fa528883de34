using System.Net;
using Ants.Nat;

namespace Ants.Samples.Doctor;

/// <summary>What the command line asks for, checked.</summary>
internal sealed record DoctorOptions
{
    /// <summary>The relays to ask from.</summary>
    public IReadOnlyList<RelayAddress> Relays { get; init; } = [];

    /// <summary>Whom to look for a way to; <see langword="null"/> for a report about this machine's network alone.</summary>
    public Invite? Peer { get; init; }

    public int Port { get; init; }

    /// <summary>The HTTP proxy on the way to relays; <see langword="null"/> for what the system says.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>How routers are asked for mappings.</summary>
    public PortMappingProtocols PortMapping { get; init; } = PortMappingProtocols.All;

    /// <summary>Where a port is forwarded to this machine.</summary>
    public IReadOnlyList<IPEndPoint> AdvertisedAddresses { get; init; } = [];

    /// <summary>Whom to ask beside the relays what the NAT does.</summary>
    public IReadOnlyList<IPEndPoint> StunServers { get; init; } = [];

    /// <summary>How long a direct path to the peer is waited for.</summary>
    public TimeSpan Patience { get; init; }

    public bool Json { get; init; }
}
