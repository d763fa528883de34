using System.Net;
using Ants.Nat;
using Ants.Protocol;

namespace Ants.Relay.Forwarding;

/// <summary>Tells whoever asks from which address the question came, at a bounded rate.</summary>
internal sealed class StunService(ulong seed, Instant start, RelayTally tally)
{
    // RFC 7983: the first byte of STUN. What else is below 64 is nothing that a relay knows.
    private const byte MaxFirstByte = 3;

    private readonly StunRateLimiter _limiter = new(seed, TimeSpan.FromTicks(start.Ticks));
    private readonly byte[] _response = new byte[StunResponder.MostResponseLength];

    /// <summary>Whether the datagram claims to be STUN. If it can be answered, <paramref name="answer"/> is not empty.</summary>
    public bool TryHandle(Instant now, ReadOnlySpan<byte> datagram, IPEndPoint from, out ReadOnlySpan<byte> answer)
    {
        answer = default;
        if (datagram.IsEmpty || datagram[0] > MaxFirstByte)
        {
            return false;
        }

        // Only what would be answered takes a token, so garbage with a forged source does not silence that source.
        if (!StunResponder.TryRespond(datagram, from, _response, out int length)
            || !_limiter.TryTake(from.Address, TimeSpan.FromTicks(now.Ticks)))
        {
            tally.StunDropped++;
            return true;
        }

        tally.StunAnswered++;
        answer = _response.AsSpan(0, length);
        return true;
    }
}
