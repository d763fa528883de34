using System.Net;

namespace Ants.Testing.Lab;

/// <summary>
/// Who has which address in a lab: the same nodes added in the same order always get the same addresses.
/// </summary>
/// <remarks>
/// <code>
/// 203.0.113.0/24 (RFC 5737, TEST-NET-3)       the public network
///   .1                                        its router
///   .10 - .99                                 public hosts
///   .100 - .249                               the first 15 NATs, ten addresses each: its own, then those of its open
///                                             hosts or those it moves to
/// 198.51.100.0/24, 192.0.2.0/24               25 more NATs each, from .5 (TEST-NET-2 and -1)
/// 11.0.113.100 and on                         what the NATs' routers map from, one for each: miniupnpd refuses
///                                             documentation ranges, and these are announced nowhere
/// 10.N.0.0/24, N from 1                       behind the Nth NAT: .1 the NAT, from .10 the hosts
/// 100.64.N.0/24 (RFC 6598)                    the same behind a carrier's: from .10 the homes
/// 2001:db8::/32 (RFC 3849)                    IPv6, where a NAT has it: ::1 the public router, ::1:N the Nth NAT,
///                                             N::/64 behind it: ::1 the NAT, from ::10 the hosts
/// </code>
/// On the public network all routes are to single addresses, and to the IPv6 networks behind NATs.
/// </remarks>
internal static class LabAddressPlan
{
    /// <summary>What the ranges above leave room for.</summary>
    public const int MaximumPublicHosts = 90;

    /// <inheritdoc cref="MaximumPublicHosts"/>
    public const int MaximumNats = 65;

    /// <summary>A NAT's own address and nine more.</summary>
    public const int AddressesPerNat = 10;

    /// <summary>Private hosts take .10 to .249.</summary>
    public const int MaximumPrivateHosts = 240;

    // How many NATs each range takes, after its first address.
    private const int FirstRange = 15;
    private const int FurtherRange = 25;

    /// <summary>All addresses that NATs have towards the internet: those that no NAT is reached at from its own inside.</summary>
    public static IReadOnlyList<string> NatRanges { get; } = ["203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24", "100.64.0.0/10"];

    /// <summary>All addresses behind NATs.</summary>
    public static string InsideRanges => "10.0.0.0/8, 100.64.0.0/10";

    public static IPAddress PublicRouter { get; } = Public(1);

    public static IPAddress PublicRouter6 { get; } = Public6(0, 1);

    public static IPAddress PublicHost(int index) => Public(10 + index);

    public static IPAddress Nat(int nat, int generation)
    {
        int offset = generation % AddressesPerNat;
        return nat switch
        {
            < FirstRange => Public(100 + (nat * AddressesPerNat) + offset),
            < FirstRange + FurtherRange => new([198, 51, 100, checked((byte)(5 + ((nat - FirstRange) * AddressesPerNat) + offset))]),
            _ => new([192, 0, 2, checked((byte)(5 + ((nat - FirstRange - FurtherRange) * AddressesPerNat) + offset))]),
        };
    }

    public static IPAddress Nat6(int nat) => Public6(1, nat + 1);

    public static IPAddress Mapped(int nat) =>
        new([11, 0, (byte)(113 + (nat / FirstRange)), (byte)(100 + (nat % FirstRange * AddressesPerNat))]);

    public static IPAddress PrivateGateway(int nat, bool isCarrier) => Private(nat, isCarrier, 1);

    public static IPAddress PrivateGateway6(int nat) => Private6(nat, 1);

    public static IPAddress PrivateHost(int nat, bool isCarrier, int index) => Private(nat, isCarrier, 10 + index);

    public static IPAddress PrivateHost6(int nat, int index) => Private6(nat, 0x10 + index);

    /// <summary>The IPv6 network behind a NAT.</summary>
    public static string PrivateNetwork6(int nat) => $"{Private6(nat, 0)}/64";

    private static IPAddress Public(int last) => new([203, 0, 113, checked((byte)last)]);

    private static IPAddress Private(int nat, bool isCarrier, int last) =>
        new([.. isCarrier ? new byte[] { 100, 64, checked((byte)(nat + 1)) } : [10, checked((byte)(nat + 1)), 0], checked((byte)last)]);

    private static IPAddress Public6(int group, int last) => IPAddress.Parse($"2001:db8::{group:x}:{last:x}");

    private static IPAddress Private6(int nat, int last) => IPAddress.Parse($"2001:db8:{nat + 1:x}::{last:x}");
}
