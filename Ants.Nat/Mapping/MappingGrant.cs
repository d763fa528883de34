using System.Net;
using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>What a router may grant. Routers err, and anybody in the local network may speak for one.</summary>
internal static class MappingGrant
{
    /// <summary>Why a grant cannot be true; null when it can.</summary>
    public static string? Flaw(MappingTarget target, IPEndPoint external, uint lifetime)
    {
        if (external.Port == 0)
        {
            return "the router granted port 0";
        }

        if (lifetime == 0)
        {
            return "the router granted a mapping for no time";
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
