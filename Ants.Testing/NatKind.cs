namespace Ants.Testing;

/// <summary>
/// How a NAT behaves, in the terms of RFC 4787, with the kinds that the field knows by name. Derive others with
/// <see langword="with"/>: <c>NatKind.Symmetric with { PortAllocation = NatPortAllocation.Sequential }</c>.
/// </summary>
public sealed record NatKind
{
    /// <summary>No NAT: the host has a public address.</summary>
    public static NatKind Open { get; } = new() { Name = "open" };

    /// <summary>One external port per socket, and anybody may send to it.</summary>
    public static NatKind FullCone { get; } = new()
    {
        Name = "full-cone",
        Filtering = NatFiltering.EndpointIndependent,
    };

    /// <summary>One external port per socket, open to addresses that were sent to.</summary>
    public static NatKind AddressRestricted { get; } = new()
    {
        Name = "address-restricted",
        Filtering = NatFiltering.AddressDependent,
    };

    /// <summary>One external port per socket, open to addresses and ports that were sent to: most homes.</summary>
    public static NatKind PortRestricted { get; } = new() { Name = "port-restricted" };

    /// <summary>A random external port for every destination, open to that destination only: many companies.</summary>
    public static NatKind Symmetric { get; } = new()
    {
        Name = "symmetric",
        Mapping = NatMapping.AddressAndPortDependent,
        PortAllocation = NatPortAllocation.Random,
    };

    /// <summary>The NAT of a mobile or cable provider, kind to punching (RFC 6888): full cone, with hairpinning.</summary>
    public static NatKind CarrierGrade { get; } = new()
    {
        Name = "carrier-grade",
        Filtering = NatFiltering.EndpointIndependent,
        PortAllocation = NatPortAllocation.Random,
        Hairpinning = true,
    };

    /// <summary>What the kind is called in names of tests and in traces.</summary>
    public string Name { get; init; } = "nat";

    /// <summary>When an external port is used again.</summary>
    public NatMapping Mapping { get; init; } = NatMapping.EndpointIndependent;

    /// <summary>Whose datagrams are let in.</summary>
    public NatFiltering Filtering { get; init; } = NatFiltering.AddressAndPortDependent;

    /// <summary>Which external port is given.</summary>
    public NatPortAllocation PortAllocation { get; init; } = NatPortAllocation.Preserving;

    /// <summary>
    /// How long a mapping, and the leave of a remote to use it, outlives the last datagram sent out through it. Two
    /// minutes is the least that RFC 4787 allows (REQ-5); many home routers give 30 seconds.
    /// </summary>
    public TimeSpan MappingTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Whether datagrams that come in keep a mapping alive too. Off, the harder case (RFC 4787 REQ-6 leaves it open).
    /// </summary>
    public bool RefreshesOnInbound { get; init; }

    /// <summary>Whether two hosts behind the NAT reach each other by their external addresses (RFC 4787 section 6).</summary>
    public bool Hairpinning { get; init; }

    /// <summary>Whether this stands for having no NAT.</summary>
    public bool IsOpen => ReferenceEquals(this, Open);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
