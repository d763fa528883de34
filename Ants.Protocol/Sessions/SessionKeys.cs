using Ants.Protocol.Handshake;
using Ants.Protocol.Paths;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Sessions;

/// <summary>What the handshake hands to a session.</summary>
internal sealed record SessionKeys : IDisposable
{
    private HandshakeRequest? _request;

    public required bool IsInitiator { get; init; }

    public required SendingKeys Sending { get; init; }

    public required ReceivingKeys Receiving { get; init; }

    /// <summary>Ids that the peer sends to, on path 0 and the probe path.</summary>
    public required (IssuedConnectionId First, IssuedConnectionId Probe) Local { get; init; }

    /// <summary>Ids that we send to.</summary>
    public required (IssuedConnectionId First, IssuedConnectionId Probe) Peer { get; init; }

    public required TransportParameters PeerParameters { get; init; }

    /// <summary>Over what the handshake came.</summary>
    public required CarrierAddress Via { get; init; }

    /// <summary>The peer's request that was answered, until the session is established; null for the initiator.</summary>
    public HandshakeRequest? Request { get => _request; init => _request = value; }

    /// <summary>What the handshake says of the round trip, when nothing was sent twice.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>Whether early data have been taken: the session belongs to this one handshake for good.</summary>
    public bool HasEarly { get; set; }

    /// <summary>Whether a key has protected, or been attacked with, as many packets as it may.</summary>
    public bool IsExhausted => Sending.IsExhausted || Receiving.IsExhausted;

    /// <summary>The longest DATAGRAM payload that fits a packet of <paramref name="path"/>.</summary>
    public int MaxDatagramPayload(Path path) => (int)Math.Min(PeerParameters.MaxDatagramSize,
        (ulong)(path.MaxPacketSize - PacketHeader.MaxLength - Sending.TagSize - 1));

    /// <summary>From now on the peer's resets of both paths end <paramref name="session"/>.</summary>
    public void Enter(Session session, ISessionHost host)
    {
        host.ExpectReset(session, Peer.Probe.Token);
        host.ExpectReset(session, Peer.First.Token);
    }

    /// <summary>The session is established: what would answer the request again is let go.</summary>
    public void OnProved()
    {
        _request?.OnProved();
        _request = null;
    }

    /// <summary>Another handshake of the pair has overtaken this one: nothing of it stays.</summary>
    public void Withdraw(Session session, ISessionHost host)
    {
        host.Retire(session, Local.First.Id);
        host.Retire(session, Local.Probe.Id);
        host.ForgetReset(session, Peer.First.Token);
        host.ForgetReset(session, Peer.Probe.Token);
        session.Paths.StartAnew();
        Dispose();
    }

    /// <summary>Zeroes the keys of both directions.</summary>
    public void Dispose()
    {
        Sending.Dispose();
        Receiving.Dispose();
    }
}
