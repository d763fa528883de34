using Ants.Crypto;
using Ants.Protocol;
using Ants.Protocol.Paths;
using Ants.Protocol.Sessions;

namespace Ants.Agents;

/// <summary>How sessions of each kind behave.</summary>
internal static class SessionProfiles
{
    // Three keepalives of 25 s may be lost before a relay gives an agent up, or an agent a relay.
    private static readonly TimeSpan s_linkIdle = TimeSpan.FromSeconds(90);

    // A relay that is silent under probing for this long is left and called anew; peers have other paths meanwhile.
    private static readonly TimeSpan s_linkDormant = TimeSpan.FromSeconds(5);

    /// <summary>
    /// An agent's link to its relay. Its DATAGRAMs carry packets of sessions that have congestion control of their own.
    /// </summary>
    public static SessionOptions Link { get; } = new()
    {
        GateDatagrams = false,
        DormantAfter = s_linkDormant,
        Linger = TimeSpan.Zero,
        Parameters = new TransportParameters
        {
            IdleTimeout = s_linkIdle,
            MaxDatagramSize = PacketSize.MaxDatagram,
            Forwards = FastPaths.Allow(FastPath.Forwarding),
        },
    };

    /// <summary>A session between two agents.</summary>
    public static SessionOptions Peer(TimeSpan linger) => new() { Linger = linger };
}
