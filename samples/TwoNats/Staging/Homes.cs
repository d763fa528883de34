using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Staging;

/// <summary>What the demo's agents and firewalls make of a home of the lab.</summary>
internal static class Homes
{
    /// <summary>What a home's agent has to be told of its network.</summary>
    /// <param name="home">The home.</param>
    /// <param name="proxy">The proxy, where there is one.</param>
    public static IReadOnlyList<string> Arguments(this LabHome home, LabProxy? proxy) =>
    [
        .. home.ForwardedAddress is { } address ? new[] { "--port", $"{LabHome.ForwardedPort}", "--advertise", address.ToString() } : [],
        .. home.Kind == LabHomeKind.ProxyOnly ? new[] { "--proxy", proxy!.Address.AbsoluteUri } : [],
        .. home.Kind.MappedBy() switch
        {
            Nat.PortMappingProtocols.Pcp => new[] { "--port-mapping", "pcp" },
            Nat.PortMappingProtocols.NatPmp => ["--port-mapping", "nat-pmp"],
            Nat.PortMappingProtocols.Upnp => ["--port-mapping", "upnp"],
            _ => [],
        },
    ];

    /// <summary>Has the NAT drop UDP again, as its kind does.</summary>
    public static Task BlockUdpAsync(this LabHome home, LabProxy? proxy) => home.Kind switch
    {
        LabHomeKind.UdpBlocked => home.Nat.BlockUdpAsync(),
        LabHomeKind.ProxyOnly => home.Nat.LetOutOnlyTcpAsync(LabProxy.Port, proxy!.Host),
        _ => Task.CompletedTask,
    };
}
