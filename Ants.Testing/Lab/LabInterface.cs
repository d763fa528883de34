using System.Net;

namespace Ants.Testing.Lab;

/// <summary>One end of a cable between a host, or a NAT, and the private side of a NAT.</summary>
/// <param name="Nat">Whose network it leads to.</param>
/// <param name="Device">Its name in the host.</param>
/// <param name="Port">The name of the other end, in the NAT.</param>
/// <param name="Address">The host's address there.</param>
/// <param name="Address6">Its IPv6 address there; null where there is no IPv6.</param>
internal sealed record LabInterface(LabNat Nat, string Device, string Port, IPAddress Address, IPAddress? Address6)
{
    /// <summary>The NAT's address towards the host.</summary>
    public IPAddress Gateway => IsOpen ? Nat.PublicAddress : LabAddressPlan.PrivateGateway(Nat.Index, Nat.Options.IsCarrier);

    /// <summary>Whether the address is public, with a route of its own, since the NAT translates nothing.</summary>
    public bool IsOpen => Nat.Behaviour == LabNatBehaviour.Open;
}
