namespace Ants.Samples.TwoNats;

/// <summary>Whom a NAT lets in by a mapping (RFC 4787 section 5).</summary>
internal enum NetworkFilter
{
    /// <summary>Everyone.</summary>
    None,

    /// <summary>Whom the host has sent to, from any port.</summary>
    Address,

    /// <summary>Whom the host has sent to, from that port.</summary>
    AddressAndPort,
}
