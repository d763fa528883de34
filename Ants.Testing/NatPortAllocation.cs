namespace Ants.Testing;

/// <summary>Which external port a NAT gives to a new mapping (RFC 4787 section 4.2). No two mappings share a port.</summary>
public enum NatPortAllocation
{
    /// <summary>The internal port; the next free one when it is taken.</summary>
    Preserving,

    /// <summary>The next free one after that of the mapping before.</summary>
    Sequential,

    /// <summary>Any free one from 1024 on.</summary>
    Random,
}
