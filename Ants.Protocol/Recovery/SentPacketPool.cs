namespace Ants.Protocol.Recovery;

/// <summary>Lends <see cref="SentPacket"/>s to all sessions of an endpoint, so that sending allocates nothing once it runs, and a session that rests holds none.</summary>
internal sealed class SentPacketPool
{
    /// <summary>
    /// What is kept idle while others are on their way: six megabytes in flight, so that the windows of fast sessions come and go without
    /// allocation.
    /// </summary>
    private const int MaxIdle = 4096;

    /// <summary>What is kept once nothing is on its way: 60 KB, for requests and answers of up to 350 KB that come one by one.</summary>
    private const int MaxAtRest = 256;

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

        if (Rented == 0 && _idle.Count > MaxAtRest)
        {
            while (_idle.Count > MaxAtRest)
            {
                _idle.Pop();
            }

            _idle.TrimExcess();
        }
    }
}
