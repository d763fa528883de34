using Ants.Crypto;
using Ants.Protocol.Handshake;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Sessions;

/// <summary>What the handshake hands to a session.</summary>
internal sealed record SessionKeys : IDisposable
{
    public required bool IsInitiator { get; init; }

    public required PacketCipher Sealer { get; init; }

    public required PacketCipher Opener { get; init; }

    /// <summary>Ids that the peer sends to, on path 0 and the probe path.</summary>
    public required (IssuedConnectionId First, IssuedConnectionId Probe) Local { get; init; }

    /// <summary>Ids that we send to.</summary>
    public required (IssuedConnectionId First, IssuedConnectionId Probe) Peer { get; init; }

    public required TransportParameters PeerParameters { get; init; }

    /// <summary>Over what the handshake came.</summary>
    public required CarrierAddress Via { get; init; }

    /// <summary>The peer's request that was answered; null for the initiator.</summary>
    public HandshakeRequest? Request { get; init; }

    /// <summary>What the handshake says of the round trip, when nothing was sent twice.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>Zeroes both ciphers.</summary>
    public void Dispose()
    {
        Sealer.Dispose();
        Opener.Dispose();
    }
}
