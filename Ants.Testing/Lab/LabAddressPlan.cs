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
///   .100 - .249                               NATs, ten addresses each: its own, then those of its open
///                                             hosts or those it moves to
/// 11.0.113.100 - .249                         what the NATs' routers map from, the last number that of the NAT: miniupnpd refuses
///                                             documentation ranges, and these are announced nowhere
/// 10.N.0.0/24, N from 1                       behind the Nth NAT: .1 the NAT, from .10 the hosts
/// </code>
/// All routes are to single addresses, so a second address family needs only its own plan.
/// </remarks>
internal static class LabAddressPlan
{
    /// <summary>What the ranges above leave room for.</summary>
    public const int MaximumPublicHosts = 90;

    /// <inheritdoc cref="MaximumPublicHosts"/>
    public const int MaximumNats = 15;

    /// <summary>A NAT's own address and nine more.</summary>
    public const int AddressesPerNat = 10;

    /// <summary>Private hosts take .10 to .249.</summary>
    public const int MaximumPrivateHosts = 240;

    public static IPAddress PublicRouter { get; } = Public(1);

    public static IPAddress PublicHost(int index) => Public(10 + index);

    public static IPAddress Nat(int nat, int generation) => Public(100 + (nat * AddressesPerNat) + (generation % AddressesPerNat));

    public static IPAddress Mapped(int nat) => new([11, 0, 113, checked((byte)(100 + (nat * AddressesPerNat)))]);

    public static IPAddress PrivateGateway(int nat) => Private(nat, 1);

    public static IPAddress PrivateHost(int nat, int index) => Private(nat, 10 + index);

    private static IPAddress Public(int last) => new([203, 0, 113, checked((byte)last)]);

    private static IPAddress Private(int nat, int last) => new([10, checked((byte)(nat + 1)), 0, checked((byte)last)]);
}
