using System.Net;
using Ants.Nat;

namespace Ants.Testing.Lab;

/// <summary>
/// A home of the lab: one host, and all that stands between it and the public network.
/// <code>
///   public network - [carrier's NAT, 100.64.N.0/24] - NAT [with miniupnpd] - host
/// </code>
/// </summary>
public sealed class LabHome : IAsyncDisposable
{
    /// <summary>The port that <see cref="LabHomeKind.PortForwarded"/> forwards, outside and inside. Not privileged: no capability is needed for it.</summary>
    public const int ForwardedPort = 41641;

    // Less than half of what RFC 4787 REQ-5 asks for, and less than Linux's own 30 s: the shortest of common home routers.
    private static readonly TimeSpan s_shortLifetime = TimeSpan.FromSeconds(20);

    private LabHome(LabHomeKind kind, LabNat nat, LabHost host) => (Kind, Nat, Host) = (kind, nat, host);

    /// <summary>What it is.</summary>
    public LabHomeKind Kind { get; }

    /// <summary>The NAT that the host is behind; its carrier's is in its options.</summary>
    public LabNat Nat { get; }

    /// <summary>The host.</summary>
    public LabHost Host { get; }

    /// <summary>The router's daemon that maps ports; null where there is none.</summary>
    public LabMiniupnpd? Router { get; private init; }

    /// <summary>Where a port is forwarded to the host by hand; null where none is.</summary>
    public IPEndPoint? ForwardedAddress { get; private init; }

    /// <summary>Builds one.</summary>
    /// <param name="lab">Where.</param>
    /// <param name="kind">What.</param>
    /// <param name="natName">What the NAT is called; its carrier, if there is one, the same with <c>-carrier</c> behind it.</param>
    /// <param name="hostName">What the host is called.</param>
    /// <param name="proxy">The only way out of <see cref="LabHomeKind.ProxyOnly"/>; others need none.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="LabException">A command failed, or miniupnpd is not installed.</exception>
    public static async Task<LabHome> BuildAsync(
        NatLab lab, LabHomeKind kind, string natName, string hostName, LabProxy? proxy = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lab);
        LabNat nat = await AddNatAsync(lab, kind, natName, proxy, cancellationToken);
        LabHost host = await nat.AddHostAsync(hostName, cancellationToken);
        if (kind == LabHomeKind.PortForwarded)
        {
            await nat.ForwardPortAsync(ForwardedPort, host);
        }

        return new LabHome(kind, nat, host)
        {
            Router = await StartRouterAsync(nat, kind.MappedBy()),
            ForwardedAddress = kind == LabHomeKind.PortForwarded ? new IPEndPoint(nat.PublicAddress, ForwardedPort) : null,
        };
    }

    /// <summary>Builds what the host of a home would be behind, without it.</summary>
    /// <inheritdoc cref="BuildAsync"/>
    public static async Task<LabNat> AddNatAsync(
        NatLab lab, LabHomeKind kind, string natName, LabProxy? proxy = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lab);
        LabNat? carrier = CarrierOf(kind) is { } options ? await lab.AddNatAsync($"{natName}-carrier", options, cancellationToken) : null;
        return await AddNatAsync(lab, kind, natName, carrier, proxy, cancellationToken);
    }

    /// <summary>
    /// The other of a kind that is shared (<see cref="LabHomeKinds.IsShared"/>): a second host in this home's network, or a second home behind its
    /// carrier.
    /// </summary>
    /// <param name="lab">Where.</param>
    /// <param name="natName">What its NAT is called, if it has one of its own.</param>
    /// <param name="hostName">What the host is called.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="LabException">A command failed.</exception>
    public async Task<LabHome> AddOtherAsync(NatLab lab, string natName, string hostName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lab);
        LabNat nat = Kind switch
        {
            LabHomeKind.SameLan => Nat,
            LabHomeKind.SharedCarrier => await AddNatAsync(lab, Kind, natName, Nat.Options.Behind, proxy: null, cancellationToken),
            _ => throw new InvalidOperationException($"A home of the kind {Kind.ToName()} shares nothing with another."),
        };
        return new LabHome(Kind, nat, await nat.AddHostAsync(hostName, cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Router?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<LabNat> AddNatAsync(
        NatLab lab, LabHomeKind kind, string natName, LabNat? carrier, LabProxy? proxy, CancellationToken cancellationToken)
    {
        LabNatOptions options = new(kind.Behaviour())
        {
            Behind = carrier,
            HasIPv6 = kind == LabHomeKind.IPv6Firewall,
            MappingLifetime = kind == LabHomeKind.ShortLived ? s_shortLifetime : null,
        };
        LabNat nat = await lab.AddNatAsync(natName, options, cancellationToken);
        if (kind == LabHomeKind.ProxyOnly)
        {
            ArgumentNullException.ThrowIfNull(proxy);
            await nat.LetOutOnlyTcpAsync(LabProxy.Port, proxy.Host);
        }

        return nat;
    }

    private static LabNatOptions? CarrierOf(LabHomeKind kind) => kind switch
    {
        LabHomeKind.Carrier => new(LabNatBehaviour.PortRestricted) { IsCarrier = true },
        LabHomeKind.SharedCarrier => new(LabNatBehaviour.PortRestricted) { IsCarrier = true, Hairpins = true },
        LabHomeKind.SymmetricCarrier => new(LabNatBehaviour.Symmetric) { IsCarrier = true },
        _ => null,
    };

    // One daemon answers both PCP and NAT-PMP, on one port: which of the two is spoken is the agent's choice.
    private static async Task<LabMiniupnpd?> StartRouterAsync(LabNat nat, PortMappingProtocols protocols) => protocols switch
    {
        PortMappingProtocols.None => null,
        PortMappingProtocols.Pcp or PortMappingProtocols.NatPmp => await LabMiniupnpd.StartAsync(nat, "enable_upnp=no"),
        PortMappingProtocols.Upnp => await LabMiniupnpd.StartAsync(nat, "enable_natpmp=no"),
        _ => await LabMiniupnpd.StartAsync(nat),
    };
}
