using System.Net;

namespace Ants.Nat;

/// <summary>A router that leads out of a network, and this host's address in that network. Immutable.</summary>
/// <param name="Router">The router's address; a link-local IPv6 one has its scope.</param>
/// <param name="Local">The host's own address, of the same family, that packets by this router leave from.</param>
/// <param name="PrefixLength">How many leading bits of <paramref name="Local"/> all hosts of the network share.</param>
public sealed record NetworkGateway(IPAddress Router, IPAddress Local, int PrefixLength)
{
    /// <summary>Whether an address belongs to the network between host and router.</summary>
    /// <param name="address">Any address.</param>
    public bool IsOnLink(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.AddressFamily != Local.AddressFamily)
        {
            return false;
        }

        if (address.IsIPv6LinkLocal)
        {
            return true;
        }

        Span<byte> theirs = stackalloc byte[16], ours = stackalloc byte[16];
        address.TryWriteBytes(theirs, out int length);
        Local.TryWriteBytes(ours, out _);
        int bits = Math.Clamp(PrefixLength, 0, length * 8);
        int whole = bits / 8, rest = bits % 8;
        return theirs[..whole].SequenceEqual(ours[..whole])
            && (rest == 0 || (theirs[whole] ^ ours[whole]) >> (8 - rest) == 0);
    }
}
