using System.Net;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Staging;

/// <summary>A NAT and the one host behind it.</summary>
/// <param name="Nat">The NAT.</param>
/// <param name="Host">The host.</param>
/// <param name="Kind">What they are.</param>
/// <param name="ForwardedAddress">The public address of a port that is forwarded to the host; null when none is.</param>
internal sealed record Household(LabNat Nat, LabHost Host, NatKind Kind, IPEndPoint? ForwardedAddress)
{
    // Any port will do in a network of its own; this one is not privileged, so that no capability is needed for it.
    private const int ForwardedPort = 41641;

    /// <summary>What its agent has to be told of its network.</summary>
    /// <param name="proxy">The proxy, where there is one.</param>
    public IReadOnlyList<string> Arguments(LabProxy? proxy) =>
    [
        .. ForwardedAddress is { } address ? new[] { "--port", $"{ForwardedPort}", "--advertise", address.ToString() } : [],
        .. Kind == NatKind.ProxyOnly ? new[] { "--proxy", proxy!.Address.AbsoluteUri } : [],
    ];

    public static async Task<Household> BuildAsync(NatLab lab, string natName, string hostName, NatKind kind, LabProxy? proxy, CancellationToken ct)
    {
        LabNat nat = await AddNatAsync(lab, natName, kind, proxy, ct);
        LabHost host = await nat.AddHostAsync(hostName, ct);
        if (kind != NatKind.PortForwarded)
        {
            return new Household(nat, host, kind, ForwardedAddress: null);
        }

        await nat.ForwardPortAsync(ForwardedPort, host);
        return new Household(nat, host, kind, new IPEndPoint(nat.PublicAddress, ForwardedPort));
    }

    /// <summary>A NAT of a kind, that lets out what the kind says.</summary>
    public static async Task<LabNat> AddNatAsync(NatLab lab, string name, NatKind kind, LabProxy? proxy, CancellationToken ct)
    {
        LabNat nat = await lab.AddNatAsync(name, Behaviour(kind), ct);
        if (kind == NatKind.ProxyOnly)
        {
            await nat.LetOutOnlyTcpAsync(LabProxy.Port, proxy!.Host);
        }

        return nat;
    }

    /// <summary>Has the NAT drop UDP again, as its kind does.</summary>
    public Task BlockUdpAsync(LabProxy? proxy) => Kind switch
    {
        NatKind.UdpBlocked => Nat.BlockUdpAsync(),
        NatKind.ProxyOnly => Nat.LetOutOnlyTcpAsync(LabProxy.Port, proxy!.Host),
        _ => Task.CompletedTask,
    };

    private static NatBehaviour Behaviour(NatKind kind) => kind switch
    {
        NatKind.Open => NatBehaviour.Open,
        NatKind.PortRestricted => NatBehaviour.PortRestricted,
        NatKind.FullCone => NatBehaviour.FullCone,
        NatKind.Symmetric => NatBehaviour.Symmetric,
        NatKind.PortForwarded => NatBehaviour.PortForwarded,
        NatKind.UdpBlocked => NatBehaviour.UdpBlocked,
        NatKind.ProxyOnly => NatBehaviour.ProxyOnly,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
