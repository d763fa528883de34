namespace Ants.Testing.Fabric;

/// <summary>What a NAT's mapping is found by: the internal end point, and as much of the remote as the kind looks at.</summary>
internal readonly record struct NatKey(Endpoint Inside, Endpoint Remote)
{
    /// <summary>The key of a datagram on its way out.</summary>
    public static NatKey For(NatMapping mapping, Endpoint inside, Endpoint remote) => mapping switch
    {
        NatMapping.EndpointIndependent => new NatKey(inside, default),
        NatMapping.AddressDependent => new NatKey(inside, remote with { Port = 0 }),
        _ => new NatKey(inside, remote),
    };
}
