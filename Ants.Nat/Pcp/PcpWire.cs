using System.Net;
using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>What PCP and NAT-PMP have in common, and the numbers of both.</summary>
internal static class PcpWire
{
    /// <summary>Where routers listen (RFC 6887 section 19.1); NAT-PMP has the same port.</summary>
    public const int ServerPort = 5351;

    /// <summary>The version of PCP in RFC 6887; 1 was a draft.</summary>
    public const byte Version = 2;

    /// <summary>The version of NAT-PMP, which PCP counts as its own version 0 (RFC 6887 appendix A).</summary>
    public const byte NatPmpVersion = 0;

    /// <summary>Set in the operation of every answer.</summary>
    public const byte ResponseBit = 0x80;

    public const byte OpcodeAnnounce = 0;
    public const byte OpcodeMap = 1;
    public const byte Udp = 17;
    public const byte OptionPreferFailure = 2;

    public const int HeaderLength = 24;
    public const int MapLength = 36;
    public const int OptionHeaderLength = 4;
    public const int NonceLength = 12;

    /// <summary>RFC 6887 section 7: "the maximum packet size is 1100 octets".</summary>
    public const int MostLength = 1100;

    /// <summary>Writes an address in 16 bytes; IPv4 as IPv4-mapped (RFC 6887 section 5).</summary>
    public static void WriteAddress(Span<byte> destination, IPAddress address) =>
        address.MapToIPv6().TryWriteBytes(destination, out _);

    /// <summary>Reads an address from 16 bytes.</summary>
    public static IPAddress ReadAddress(ReadOnlySpan<byte> source) => EndPoints.Unmap(new IPAddress(source[..16]));

    /// <summary>"Any address" of a family, which suggests none.</summary>
    public static IPAddress AnyOf(AddressFamily family) => family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
}
