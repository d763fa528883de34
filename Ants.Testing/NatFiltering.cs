namespace Ants.Testing;

/// <summary>Whose datagrams a NAT lets in through a mapping (RFC 4787 section 5).</summary>
public enum NatFiltering
{
    /// <summary>Anybody's.</summary>
    EndpointIndependent,

    /// <summary>Those from addresses to which something was sent through this mapping.</summary>
    AddressDependent,

    /// <summary>Those from addresses and ports to which something was sent through this mapping.</summary>
    AddressAndPortDependent,
}
