namespace Ants.Nat;

/// <summary>
/// What a router says to all hosts of its network, unasked, when it was started anew or has another address: an answer to ANNOUNCE (RFC 6887
/// section 14.1), or to NAT-PMP's question for the address (RFC 6886 section 3.2.1).
/// </summary>
internal static class RouterAnnouncement
{
    /// <summary>Where hosts listen for it (RFC 6887 section 19.1); it comes from <see cref="PcpWire.ServerPort"/>.</summary>
    public const int Port = 5350;

    public static bool IsOne(ReadOnlySpan<byte> datagram) =>
        PcpResponse.TryRead(datagram, out PcpResponse pcp)
            ? pcp is { Opcode: PcpWire.OpcodeAnnounce, Result: PcpResult.Success }
            : NatPmpResponse.TryRead(datagram, out NatPmpResponse natPmp) && natPmp is { HasAddress: true, Result: NatPmpResult.Success };
}
