using System.Net;
using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Paths;
using Ants.Protocol.Relaying;
using Ants.Protocol.Sessions;

namespace Ants.Relay.Forwarding;

/// <summary>
/// An agent that is registered, or another relay: its session, the names used on it, and what it may ask of the relay.
/// </summary>
internal sealed class RelayedAgent
{
    // An agent with many absent contacts tries all of them at its start; after that it tries one now and then.
    private const double HintsPerSecond = 20;
    private const double HintBurst = 100;

    // An agent publishes when its relays change, and twice a day. The check of a signature takes about 0.2 ms.
    private const double PublishesPerSecond = 0.5;
    private const double PublishBurst = 10;

    // One lookup for each contact at its start, and again when a session has lost its way.
    public const double LookupsPerSecond = 10;
    public const double LookupBurst = 100;

    // An agent that looks at its NAT has one to four sent, some seconds apart, in each new network.
    private const double KnocksPerSecond = 1;
    private const double KnockBurst = 16;

    private readonly TokenBucket _knocks = new(KnocksPerSecond, KnockBurst);
    private readonly TokenBucket _hints = new(HintsPerSecond, HintBurst);
    private readonly TokenBucket _publishes = new(PublishesPerSecond, PublishBurst);
    private readonly TokenBucket _lookups = new(LookupsPerSecond, LookupBurst);

    // What other relays are asked for its sake, each for itself: nobody has more questions asked than he may ask.
    private readonly TokenBucket _asks = new(LookupsPerSecond, LookupBurst);
    private readonly TokenBucket _bytes;

    public RelayedAgent(Session session, Endpoint endpoint, long bytesPerSecond, bool isRelay = false)
    {
        Session = session;
        IsRelay = isRelay;
        Control = new RelayControlWriter(session, endpoint);
        Requests = new RelayControlReader(session);
        _bytes = new TokenBucket(bytesPerSecond, bytesPerSecond);
    }

    public AgentId Id => Session.Peer;

    public Session Session { get; }

    /// <summary>Whether it is one of the relays that the operator has named: asked for records, and sent no packets.</summary>
    public bool IsRelay { get; }

    public RelayTunnel Tunnel { get; } = new();

    /// <summary>What the relay tells it.</summary>
    public RelayControlWriter Control { get; }

    /// <summary>What it asks of the relay.</summary>
    public RelayControlReader Requests { get; }

    /// <summary>Whether it has been told that the relay stops, and cannot move.</summary>
    public bool Stays { get; set; }

    /// <summary>Whether a packet for it has any chance: not so while its session has no path that works.</summary>
    public bool IsReachable => !IsRelay && Session.State == SessionState.Established;

    /// <summary>
    /// Where packets for it may go beside its session; null while they have to go inside, because it does not take them otherwise, is not
    /// on UDP, has not shown that it is at its address, or because earlier ones wait there, which they must not overtake.
    /// </summary>
    public IPEndPoint? ForwardingAddress =>
        Session.Keys is { PeerParameters.Forwards: true } && !Session.HasDatagramsToSend
        && Session.Paths.Active is { Remote.EndPoint: { } address, IsAddressValidated: true, SuspectSince: null } ? address : null;

    /// <summary>Where its session is by UDP, and has shown to be; null for nowhere.</summary>
    public IPEndPoint? Address => Session.Paths.Active is { Remote.EndPoint: { } address, IsAddressValidated: true } ? address : null;

    /// <summary>The longest packet that can go to it now, in bytes. Beside its session the path itself decides.</summary>
    public int Capacity => Session is { Keys.PeerParameters.Forwards: true, Paths.Active.Remote.Kind: CarrierKind.Udp }
        ? PacketSize.MaxDatagram
        : RelayMessage.MaxPacket(Session.MaxDatagramPayload);

    /// <summary>Whether what comes from an address is its: it has a path from there that works.</summary>
    public bool IsAt(IPEndPoint address) => Session.Paths.FindByRemote(CarrierAddress.Udp(address)) is { IsUsable: true };

    public bool MayForward(Instant now, int bytes) => _bytes.TryTake(now, bytes);

    public bool MayKnock(Instant now) => _knocks.TryTake(now);

    public bool MayHint(Instant now) => _hints.TryTake(now);

    public bool MayPublish(Instant now) => _publishes.TryTake(now);

    public bool MayLookUp(Instant now) => _lookups.TryTake(now);

    public bool MayHaveAsked(Instant now, int relays) => _asks.TryTake(now, relays);

    /// <summary>Sends a message without a packet; false when the session cannot take it.</summary>
    public bool TrySend(in RelayMessage message)
    {
        Span<byte> payload = stackalloc byte[RelayMessage.MaxWithoutPacket];
        return Session.TrySendDatagram(payload[..message.Write(payload)]);
    }
}
