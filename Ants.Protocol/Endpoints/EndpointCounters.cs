using Ants.Protocol.Observing;

namespace Ants.Protocol.Endpoints;

/// <summary>What an endpoint has dropped or answered, since its start.</summary>
internal sealed class EndpointCounters
{
    /// <summary>What came, whatever became of it.</summary>
    public CarrierTraffic Received { get; } = new();

    /// <summary>What was handed to a carrier.</summary>
    public CarrierTraffic Sent { get; } = new();

    /// <summary>Packets of sessions that were held lost, probes for a larger packet size not counted.</summary>
    public long PacketsLost { get; set; }

    /// <summary>Frames that were lost, or copied because their path fell silent, and are sent again.</summary>
    public long FramesSentAgain { get; set; }

    /// <summary>Datagrams that are of no known form.</summary>
    public long Garbage { get; set; }

    /// <summary>Handshake datagrams that are malformed, or not for this identity.</summary>
    public long BadHandshakes { get; set; }

    /// <summary>Messages 1 that were read: one or more curve operations each.</summary>
    public long HandshakesRead { get; set; }

    /// <summary>Pieces of message 1 of which nothing was kept, because more came than may be read.</summary>
    public long HandshakesTurnedAway { get; set; }

    /// <summary>Cookies given to senders that had not shown that they receive at their address.</summary>
    public long CookiesSent { get; set; }

    /// <summary>Messages 1 that are older than a handshake of the same peer that proved to be live.</summary>
    public long Replays { get; set; }

    /// <summary>Datagrams of early data that were taken before their sender had proved that it is live.</summary>
    public long EarlyDataTaken { get; set; }

    /// <summary>Handshakes whose early data were not taken, since they could be replays.</summary>
    public long EarlyDataRefused { get; set; }

    /// <summary>Packets whose connection id is not known.</summary>
    public long UnknownConnectionIds { get; set; }

    /// <summary>Packets of known sessions that were not authentic, were replayed, or set reserved bits.</summary>
    public long Unauthentic { get; set; }

    /// <summary>Stateless resets sent.</summary>
    public long ResetsSent { get; set; }
}
