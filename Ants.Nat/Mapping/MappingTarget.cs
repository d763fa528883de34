using System.Net;

namespace Ants.Nat;

/// <summary>What a router is asked for: that packets to it come to a UDP port of ours.</summary>
/// <param name="Gateway">The router, and our address.</param>
/// <param name="Port">Our UDP port.</param>
/// <param name="Lease">How long it is asked to keep the mapping after we are gone without a word.</param>
/// <param name="Nonce">12 bytes that nobody else can guess (RFC 6887 section 11.1): they make the mapping ours to change.</param>
/// <param name="SecondPort">
/// An external port to ask for when the own number is taken or the mapping is for good: always the same for one agent, so that what a killed
/// agent left behind is taken over by its next start and does not pile up.
/// </param>
internal sealed record MappingTarget(NetworkGateway Gateway, int Port, TimeSpan Lease, byte[] Nonce, int SecondPort)
{
    /// <summary>What a router's list of mappings shows to its owner.</summary>
    public const string Description = "ANTS";

    public IPEndPoint Internal => new(Gateway.Local, Port);

    /// <summary>The lease in whole seconds, as all three protocols have it.</summary>
    public uint LeaseSeconds => (uint)Math.Clamp(Lease.TotalSeconds, 1, TimeSpan.FromDays(1).TotalSeconds);
}
