namespace Ants.Protocol.Recovery;

/// <summary>Lends <see cref="SentPacket"/>s to all paths of a session, so that sending allocates nothing once it runs.</summary>
internal sealed class SentPacketPool
{
    /// <summary>
    /// What is kept idle: over a megabyte in flight, so that an ordinary window comes and goes without allocation, while a
    /// session that was once faster keeps no more than a third of a megabyte of memory.
    /// </summary>
    private const int MaxIdle = 1024;

    private readonly Stack<SentPacket> _idle = new();

    /// <summary>How many are out: a count that comes back to zero unless somebody forgot to return one.</summary>
    public int Rented { get; private set; }

    /// <summary>An empty packet. It goes back through <see cref="LossRecovery"/>, or <see cref="Return"/> when it was not sent.</summary>
    public SentPacket Rent()
    {
        Rented++;
        return _idle.TryPop(out SentPacket? packet) ? packet : new SentPacket();
    }

    public void Return(SentPacket packet)
    {
        Rented--;
        if (_idle.Count < MaxIdle)
        {
            packet.Clear();
            _idle.Push(packet);
        }
    }
}
