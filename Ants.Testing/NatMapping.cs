namespace Ants.Testing;

/// <summary>When a NAT uses one external port again (RFC 4787 section 4.1).</summary>
public enum NatMapping
{
    /// <summary>One external port for an internal address and port, whatever the destination.</summary>
    EndpointIndependent,

    /// <summary>Another external port for every destination address.</summary>
    AddressDependent,

    /// <summary>Another external port for every destination address and port.</summary>
    AddressAndPortDependent,
}
