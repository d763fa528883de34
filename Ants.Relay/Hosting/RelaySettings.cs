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
}
