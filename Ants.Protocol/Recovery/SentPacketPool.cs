namespace Ants.Protocol.Recovery;

/// <summary>
/// Lends <see cref="SentPacket"/>s to all sessions of an endpoint, so that sending allocates nothing once it runs and a session that rests
/// holds none. What they needed at their fastest is kept for as long as any of them sends, and given up when all have rested for a while.
/// </summary>
internal sealed class SentPacketPool
{
    /// <summary>
    /// What is kept idle: 24 megabytes in flight, as much as a session's window lets a peer have. The window of a fast session comes
    /// and goes, from all of that to nothing, several times a second.
    /// </summary>
    private const int MaxIdle = 16_384;

    /// <summary>What an endpoint at rest keeps of it: 4 KB, for keepalives.</summary>
    private const int MaxAtRest = 16;

    /// <summary>
    /// How long nothing is sent until an endpoint is at rest. Longer than any round trip, so that what is exchanged in bursts, one
    /// after each answer, finds its packets again; and short, so that what rests keeps little.
    /// </summary>
    private static readonly TimeSpan s_restAfter = TimeSpan.FromSeconds(1);

    private readonly Stack<SentPacket> _idle = new();
    private Instant _lastRent;

    /// <summary>How many are out: a count that comes back to zero unless somebody forgot to return one.</summary>
    public int Rented { get; private set; }

    /// <summary>How many are kept.</summary>
    public int Idle => _idle.Count;

    /// <summary>When <see cref="Trim"/> is to be called; null while there is nothing to give up.</summary>
    public Instant? Deadline => _idle.Count > MaxAtRest ? _lastRent + s_restAfter : null;

    /// <summary>An empty packet. It goes back through <see cref="LossRecovery"/>, or <see cref="Return"/> when it was not sent.</summary>
    public SentPacket Rent(Instant now)
    {
        Rented++;
        _lastRent = now;
        return _idle.TryPop(out SentPacket? packet) ? packet : new SentPacket();
    }

    public void Return(SentPacket packet)
    {
        Rented--;
        if (_idle.Count < MaxIdle)
        {
            packet.Reset();
            _idle.Push(packet);
        }
    }

    /// <summary>Gives up what an endpoint at rest does not need, if it is at rest.</summary>
    public void Trim(Instant now)
    {
        if (!(Deadline <= now))
        {
            return;
        }

        while (_idle.Count > MaxAtRest)
        {
            _idle.Pop();
        }

        _idle.TrimExcess();
    }
}
