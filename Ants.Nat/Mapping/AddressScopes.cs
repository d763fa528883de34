using System.Net;
using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>Tells the scope of an address. Documentation ranges count as public: laboratories use them, nobody else does.</summary>
internal static class AddressScopes
{
    public static AddressScope Of(IPAddress address)
    {
        address = EndPoints.Unmap(address);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        return address.AddressFamily == AddressFamily.InterNetwork ? OfV4(bytes[..length]) : OfV6(address, bytes);
    }

    private static AddressScope OfV4(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0 or 127, ..] or [>= 224, ..] => AddressScope.None,

        // RFC 1918; RFC 6598 (carriers); RFC 7335 (the inner end of an IPv4-over-IPv6 tunnel).
        [10, ..] or [172, >= 16 and < 32, ..] or [192, 168, ..] => AddressScope.Private,
        [100, >= 64 and < 128, ..] or [192, 0, 0, ..] => AddressScope.Private,

        // RFC 3927: a link without a network.
        [169, 254, ..] => AddressScope.Private,
        _ => AddressScope.Public,
    };

    private static AddressScope OfV6(IPAddress address, ReadOnlySpan<byte> bytes)
    {
        if (address.IsIPv6Multicast || !bytes[..12].ContainsAnyExcept((byte)0))
        {
            return AddressScope.None;
        }

        // RFC 4193: fc00::/7.
        return address.IsIPv6LinkLocal || address.IsIPv6SiteLocal || (bytes[0] & 0xFE) == 0xFC ? AddressScope.Private : AddressScope.Public;
    }
}
