using Ants.Crypto;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Endpoints;

/// <summary>Answers packets of unknown connection ids with stateless resets: few, and each smaller than what it answers.</summary>
internal sealed class ResetResponder(ConnectionTable connections, EntropySource entropy, Outbox outbox)
{
    // Twenty resets a second tell enough peers of a restart, and are no use to a flood.
    private readonly TokenBucket _bucket = new(perSecond: 20, burst: 100);

    /// <summary>Answers a packet of <paramref name="length"/> bytes to <paramref name="unknown"/>; tells whether it did.</summary>
    public bool TryAnswer(Instant now, CarrierAddress from, ConnectionId unknown, int length)
    {
        int size = StatelessReset.SizeFor(length);
        if (size == 0 || !_bucket.TryTake(now))
        {
            return false;
        }

        Span<byte> reset = stackalloc byte[size];
        entropy.Fill(reset);
        StatelessReset.Write(reset, connections.TokenFor(unknown));
        outbox.Add(from, reset);
        return true;
    }
}
