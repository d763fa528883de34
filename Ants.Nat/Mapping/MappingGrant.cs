using System.Net;
using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>What a router may grant. Routers err, and anybody in the local network may speak for one.</summary>
internal static class MappingGrant
{
    // In seconds, unless less was asked for. RFC 6887 section 15 has servers grant no less than 120; one that grants next to nothing
    // would have us come and go at its pace, and tell all peers each time.
    private const uint ShortestLifetime = 30;

    /// <summary>Why a grant cannot be true; null when it can.</summary>
    public static string? Flaw(MappingTarget target, IPEndPoint external, uint lifetime)
    {
        if (external.Port == 0)
        {
            return "the router granted port 0";
        }

        if (lifetime < Math.Min(target.LeaseSeconds, ShortestLifetime))
        {
            return $"the router granted a mapping for {lifetime} s";
        }

        if (external.AddressFamily != target.Gateway.Local.AddressFamily || AddressScopes.Of(external.Address) == AddressScope.None)
        {
            return $"the router names {external.Address} as its external address, which nobody can have";
        }

        // Over IPv6 nothing is translated: a pinhole opens our own address, or is none.
        return external.AddressFamily == AddressFamily.InterNetworkV6 && !EndPoints.AreSame(external, target.Internal)
            ? $"the router opened {external} in place of {target.Internal}"
            : null;
    }
}
