using Ants.Crypto;
using Ants.Protocol.Observing;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Paths;

/// <summary>
/// The one path over which candidate addresses are probed: own connection id and packet numbers, never retransmitted,
/// outside congestion control. Its packets hold nothing but a challenge, an answer, or one of each, and stay below 128 bytes, so
/// that probing never costs a third party more than a few small packets.
/// </summary>
internal sealed class ProbePath(IssuedConnectionId local, IssuedConnectionId peer)
{
    /// <summary>Path 0 is the handshake's; this one comes with it; all later ids are allocated when an address has answered.</summary>
    public const uint PathId = 1;

    /// <summary>Every probe has this size, header and tag included: answer and question cannot be told apart or amplified.</summary>
    public const int PacketLength = 96;

    // A whole punch plan is some tens of probes; what is older than this many was lost.
    private const int MaxAwaited = 256;

    // Probes and answers that wait for the driver; beyond it somebody floods us and the newest are dropped.
    private const int MaxQueued = 64;

    // All null between punches: there may be hours.
    private Queue<PendingProbe>? _queue;
    private Dictionary<ulong, AwaitedProbe>? _awaited;
    private Queue<ulong>? _order;

    public IssuedConnectionId Local { get; } = local;

    public IssuedConnectionId Peer { get; } = peer;

    public ReplayWindow Replay { get; } = new();

    /// <summary>Who hears what is sent; null for nobody.</summary>
    public ISessionObserver? Observer { get; init; }

    public ulong? LargestReceived { get; set; }

    public ulong NextPacketNumber { get; set; }

    public bool HasPending => _queue is not null;

    /// <summary>Queues a challenge to <paramref name="target"/>.</summary>
    public void Challenge(CarrierAddress target, ulong token) => Queue(new PendingProbe(target, null, token));

    /// <summary>
    /// Queues the answer to a challenge that came from <paramref name="source"/>; a challenge of our own rides along in the
    /// same packet, so that a spoofed source never gets more than came.
    /// </summary>
    public void Respond(CarrierAddress source, ulong token, ulong? challenge) => Queue(new PendingProbe(source, token, challenge));

    /// <summary>Writes the frames of the next probe; it goes to <paramref name="target"/>.</summary>
    public bool TryWrite(Instant now, ref WireWriter writer, out CarrierAddress target)
    {
        PendingProbe probe = default;
        bool any = _queue is not null && _queue.TryDequeue(out probe);
        _queue = _queue is { Count: 0 } ? null : _queue;
        target = probe.Target;
        if (probe.Response is { } answered)
        {
            new PathResponseFrame(answered, probe.Target.EndPoint).Write(ref writer);
        }

        if (probe.Challenge is { } token)
        {
            PathResponseFrame.WriteChallenge(ref writer, token);
            Await(token, new AwaitedProbe(probe.Target, now));
        }

        return any;
    }

    /// <summary>Whether <paramref name="token"/> answers a challenge of ours, and to where that went how long ago.</summary>
    public bool TryComplete(Instant now, ulong token, out CarrierAddress target, out TimeSpan roundTrip)
    {
        AwaitedProbe awaited = default;
        bool known = _awaited is not null && _awaited.Remove(token, out awaited);
        if (_awaited is { Count: 0 })
        {
            (_awaited, _order) = (null, null);
        }

        target = awaited.Target;
        roundTrip = known ? now - awaited.SentAt : TimeSpan.Zero;
        return known;
    }

    private void Queue(PendingProbe probe)
    {
        _queue ??= new();
        if (_queue.Count < MaxQueued)
        {
            _queue.Enqueue(probe);
        }
    }

    private void Await(ulong token, AwaitedProbe probe)
    {
        _awaited ??= [];
        _order ??= new Queue<ulong>();
        if (_order.Count == MaxAwaited)
        {
            _awaited.Remove(_order.Dequeue());
        }

        _awaited[token] = probe;
        _order.Enqueue(token);
    }

    private readonly record struct PendingProbe(CarrierAddress Target, ulong? Response, ulong? Challenge);

    private readonly record struct AwaitedProbe(CarrierAddress Target, Instant SentAt);
}
