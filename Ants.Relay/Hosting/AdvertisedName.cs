using System.Diagnostics.CodeAnalysis;

namespace Ants.Relay.Hosting;

/// <summary>How agents find a relay: <c>HOST[:PORT]</c>. Without a port it is the one that the relay listens on.</summary>
internal sealed record AdvertisedName(string Host, int? Port)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out AdvertisedName? name, [NotNullWhen(false)] out string? problem)
    {
        // The name becomes the host and port of an address; what such an address has besides must not slip in.
        bool isName = text.IndexOfAny(['/', '#']) < 0 & RelayAddress.TryParse($"ants://{text}/", out RelayAddress? address);
        bool hasPort = text.LastIndexOf(':') > text.LastIndexOf(']');
        name = isName ? new AdvertisedName(address!.Host, hasPort ? address.Port : null) : null;
        problem = isName ? null : $"--advertise '{text}' is not a name: HOST[:PORT] is accepted, where HOST is a DNS name, an IPv4 address or [an IPv6 address].";
        return isName;
    }
}
