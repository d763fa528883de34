using System.Net;
using System.Net.Sockets;
using Ants.Nat;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Matrix;

/// <summary>Where an agent can be met: what the lab built, and what the agent's router gave it.</summary>
/// <param name="Host">The host's own address.</param>
/// <param name="Public">The address that the internet sees.</param>
/// <param name="Port">The agent's UDP port.</param>
/// <param name="Forwarded">Where a port is forwarded to it by hand; null where none is.</param>
/// <param name="Mapped">What routers map to it.</param>
internal sealed record AgentStanding(
    IPAddress Host, IPAddress Public, int Port, IPEndPoint? Forwarded, IReadOnlyList<(PortMappingProtocols Protocol, IPEndPoint External)> Mapped)
{
    /// <summary>That of a home's agent.</summary>
    public static AgentStanding Of(LabHome home, int port, IReadOnlyList<(PortMappingProtocols, IPEndPoint)> mapped) =>
        new(home.Host.Address, home.Host.PublicAddress, port, home.ForwardedAddress, mapped);

    /// <summary>
    /// What kind of address a peer that sends to <paramref name="seen"/> uses. The lab's NATs keep a port where they show everyone the same one; so
    /// the public address with another port is one that no relay has seen.
    /// </summary>
    public Techniques SeenAt(IPEndPoint seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        return seen switch
        {
            { AddressFamily: AddressFamily.InterNetworkV6 } => Techniques.IPv6,
            _ when seen.Equals(new IPEndPoint(Host, Port)) => Techniques.Host,
            _ when seen.Equals(Forwarded) => Techniques.Advertised,
            _ when Mapped.FirstOrDefault(one => one.External.Equals(seen)) is { External: not null } mapping => By(mapping.Protocol),
            _ when seen.Equals(new IPEndPoint(Public, Port)) => Techniques.Reflexive,
            _ => Techniques.PeerReflexive,
        };
    }

    private static Techniques By(PortMappingProtocols protocol) => protocol switch
    {
        PortMappingProtocols.Pcp => Techniques.Pcp,
        PortMappingProtocols.NatPmp => Techniques.NatPmp,
        _ => Techniques.Upnp,
    };
}
