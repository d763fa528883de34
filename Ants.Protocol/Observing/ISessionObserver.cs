using Ants.Protocol.Paths;
using Ants.Protocol.Recovery;
using Ants.Protocol.Sessions;

namespace Ants.Protocol.Observing;

/// <summary>
/// Hears what happens in one session, for a trace of it. Called in the order of events, in the middle of them: it must not call back, and
/// keeps nothing of what it is shown. Where nobody observes, each packet costs one look at a null.
/// </summary>
/// <remarks>
/// Calls that bring no time tell of what happens now: within the datagram, the timeout or the operation that the owner has just brought.
/// </remarks>
internal interface ISessionObserver
{
    /// <summary>A packet is about to be sealed; <paramref name="size"/> is its length on the wire.</summary>
    void OnPacketSent(Instant now, Path path, SentPacket packet, ReadOnlySpan<byte> frames, int size);

    /// <summary>The same for a packet of the probe path, which belongs to no address.</summary>
    void OnProbeSent(Instant now, CarrierAddress to, ulong number, ReadOnlySpan<byte> frames, int size);

    /// <summary>A packet was authentic and new. Nothing in it has taken effect yet.</summary>
    void OnPacketReceived(Instant now, in ReceivedPacket packet);

    /// <summary>A datagram for the session was forged, damaged or a replay.</summary>
    void OnPacketDropped(Instant now, uint pathId, int size);

    /// <summary>Packets of <paramref name="path"/> were acknowledged: its measurements are new.</summary>
    void OnAcknowledged(Instant now, Path path);

    /// <summary>A packet is held lost, or its path was given up.</summary>
    void OnPacketLost(uint pathId, SentPacket packet);

    /// <summary>A path's state has changed.</summary>
    void OnPathState(Path path, PathState before, PathTrigger trigger);

    /// <summary>A path leads elsewhere than before.</summary>
    void OnPathMoved(Path path, CarrierAddress before);

    /// <summary>The session has something to tell its owner.</summary>
    void OnEvent(in SessionEvent e);

    /// <summary>The session is over and forgotten: nothing follows.</summary>
    void OnForgotten();
}
