using Ants.Protocol.Endpoints;
using Ants.Relay.Forwarding;

namespace Ants.Relay;

/// <summary>
/// What a relay has done and dropped since its start. Taken while it runs, so figures may differ by the packets of a moment.
/// </summary>
public readonly record struct RelayCounters
{
    internal RelayCounters(RelayTally tally, EndpointCounters endpoint)
    {
        ForwardedPackets = tally.ForwardedPackets;
        ForwardedBytes = tally.ForwardedBytes;
        ForwardedUnopened = tally.Unopened;
        WrongSource = tally.WrongSource;
        Unreachable = tally.Unreachable;
        QueueFull = tally.QueueFull;
        OverRate = tally.OverRate;
        TooLong = tally.TooLong;
        UnknownAlias = tally.UnknownAlias;
        Malformed = tally.Malformed;
        HintsWithheld = tally.HintsWithheld;
        StunAnswered = tally.StunAnswered;
        StunDropped = tally.StunDropped;
        Refused = tally.Refused;
        ConnectionsRefused = tally.ConnectionsRefused;
        RecordsKept = tally.RecordsKept;
        RecordsRefused = tally.RecordsRefused;
        Lookups = tally.Lookups;
        LookupsFound = tally.LookupsFound;
        LookupsPassedOn = tally.LookupsPassedOn;
        RecordsFetched = tally.RecordsFetched;
        Garbage = endpoint.Garbage;
        BadHandshakes = endpoint.BadHandshakes;
        UnknownConnections = endpoint.UnknownConnectionIds;
        Unauthentic = endpoint.Unauthentic;
        ResetsSent = endpoint.ResetsSent;
    }

    /// <summary>Packets between agents that were forwarded.</summary>
    public long ForwardedPackets { get; init; }

    /// <summary>Bytes of those packets, without what carries them.</summary>
    public long ForwardedBytes { get; init; }

    /// <summary>Of <see cref="ForwardedPackets"/> those that came and went beside the sessions with the relay, without its cryptography.</summary>
    public long ForwardedUnopened { get; init; }

    /// <summary>Packets dropped because they came under an id that was issued to an agent which is at another address.</summary>
    public long WrongSource { get; init; }

    /// <summary>Packets dropped because nobody reachable is registered under the id they were for.</summary>
    public long Unreachable { get; init; }

    /// <summary>Packets dropped because the queue of the agent they were for was full.</summary>
    public long QueueFull { get; init; }

    /// <summary>Packets dropped because their sender sent more than <see cref="RelayOptions.ForwardBytesPerSecond"/>.</summary>
    public long OverRate { get; init; }

    /// <summary>Packets dropped because they do not fit the session of the agent they were for.</summary>
    public long TooLong { get; init; }

    /// <summary>Packets dropped because their alias was not known; the sender was told, and names the agent again.</summary>
    public long UnknownAlias { get; init; }

    /// <summary>Messages dropped because they are of no form that an agent sends, or are for their sender itself.</summary>
    public long Malformed { get; init; }

    /// <summary>"Unreachable" hints that were not sent because their agent had got many.</summary>
    public long HintsWithheld { get; init; }

    /// <summary>STUN requests answered.</summary>
    public long StunAnswered { get; init; }

    /// <summary>STUN requests dropped: malformed, or over the rate.</summary>
    public long StunDropped { get; init; }

    /// <summary>Agents that were turned away.</summary>
    public long Refused { get; init; }

    /// <summary>WebSockets that were turned away because too many were open.</summary>
    public long ConnectionsRefused { get; init; }

    /// <summary>Records that agents published and that were kept.</summary>
    public long RecordsKept { get; init; }

    /// <summary>Records that agents published, or other relays answered with, and that were refused: forged, old, expired, oversized, or too many.</summary>
    public long RecordsRefused { get; init; }

    /// <summary>Questions for the record of an agent.</summary>
    public long Lookups { get; init; }

    /// <summary>Questions that were answered with a record.</summary>
    public long LookupsFound { get; init; }

    /// <summary>Questions that other relays were asked: one for each relay.</summary>
    public long LookupsPassedOn { get; init; }

    /// <summary>Records that other relays answered with, and that were good.</summary>
    public long RecordsFetched { get; init; }

    /// <summary>Datagrams that are of no known form.</summary>
    public long Garbage { get; init; }

    /// <summary>Handshake datagrams that are malformed, or not for this relay.</summary>
    public long BadHandshakes { get; init; }

    /// <summary>Packets of sessions that are not known (any more).</summary>
    public long UnknownConnections { get; init; }

    /// <summary>Packets of known sessions that were forged, damaged or replayed.</summary>
    public long Unauthentic { get; init; }

    /// <summary>Resets sent to agents whose session is not known any more.</summary>
    public long ResetsSent { get; init; }
}
