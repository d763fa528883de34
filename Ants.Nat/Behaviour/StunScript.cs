using System.Diagnostics.CodeAnalysis;
using System.Net;
using Ants.Crypto;

namespace Ants.Nat;

/// <summary>
/// Carries out steps one after another: what is asked next may depend on all that was answered, so the steps are an iterator, which finds each
/// result in its step. Pure like <see cref="StunTransaction"/>. Not thread-safe.
/// </summary>
internal sealed class StunScript(IEnumerable<StunStep> steps, EntropySource entropy)
{
    // Four requests, at 0, 1, 3 and 7 times the first timeout, given up at 11 times: one that finds nobody to answer is
    // the usual case here (a filter that does its work), and three losses in a row are not.
    private const int Requests = 4;
    private const int LastMultiple = 4;

    // Half of RFC 8489's 500 ms for a server of which nothing is known: nobody depends on the answer.
    private static readonly TimeSpan s_firstTimeout = TimeSpan.FromMilliseconds(250);

    // Twice a round trip, so that a late answer is not taken for none; never so short that a busy host looks like a filter.
    private const int RoundTrips = 2;
    private static readonly TimeSpan s_shortestTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestTimeout = TimeSpan.FromMilliseconds(500);

    private readonly IEnumerator<StunStep> _steps = steps.GetEnumerator();
    private StunStep? _step;
    private StunTransaction? _transaction;
    private TimeSpan _pauseEnds;
    private TimeSpan _timeout = s_firstTimeout;

    /// <summary>A buffer of this size is enough for any request.</summary>
    public const int MostRequestLength = StunTransaction.MostRequestLength;

    /// <summary>Whether all has been done.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>When to call <see cref="HandleTimeout"/> and <see cref="TryPollTransmit"/> next; null when finished or not begun.</summary>
    public TimeSpan? NextTimeout => _step is null ? null : _transaction is null ? _pauseEnds : _transaction.NextTimeout;

    /// <summary>
    /// Not 0: the request that was polled last is not for the network, but a relay is to be asked, over the session with it, for the answer to it,
    /// at this port of our address.
    /// </summary>
    public int KnockPort => _step?.Query?.KnockPort ?? 0;

    /// <summary>Begins with the first step.</summary>
    public void Begin(TimeSpan now) => Advance(now);

    /// <summary>Writes the request that is due.</summary>
    /// <param name="now">The present moment.</param>
    /// <param name="buffer">At least <see cref="MostRequestLength"/> bytes.</param>
    /// <param name="written">The request's length.</param>
    /// <param name="socket">By which socket it goes.</param>
    /// <param name="to">Where it goes.</param>
    public bool TryPollTransmit(TimeSpan now, Span<byte> buffer, out int written, out int socket, [NotNullWhen(true)] out IPEndPoint? to)
    {
        written = 0;
        bool isDue = _transaction is not null && _transaction.TryPollTransmit(now, buffer, out written);
        (socket, to) = isDue ? (_step!.Socket, _transaction!.Server) : (0, null);
        return isDue;
    }

    /// <summary>Ends the step whose time has passed.</summary>
    public void HandleTimeout(TimeSpan now)
    {
        _transaction?.HandleTimeout(now);
        AdvanceIfOver(now);
    }

    /// <summary>Takes what a socket has received, if it is what is waited for.</summary>
    public bool TryHandle(TimeSpan now, int socket, ReadOnlySpan<byte> datagram, IPEndPoint from)
    {
        if (_transaction is null
            || !(socket == _step!.ListensOn || (socket == _step.Socket && IsRefusal(datagram)))
            || !_transaction.TryHandleResponse(now, datagram, from))
        {
            return false;
        }

        AdvanceIfOver(now);
        return true;
    }

    /// <summary>A relay says that it has sent the answer to a request, and where to.</summary>
    public void HandleKnocked(StunTransactionId id, IPEndPoint to)
    {
        if (KnockPort != 0 && _transaction!.Id == id)
        {
            _step!.KnockedAt = EndPoints.Unmap(to);
        }
    }

    /// <summary>Says that the request in hand cannot be sent.</summary>
    public void HandleUnreachable(TimeSpan now)
    {
        _transaction?.HandleUnreachable();
        AdvanceIfOver(now);
    }

    private static bool IsRefusal(ReadOnlySpan<byte> datagram) =>
        StunMessage.TryRead(datagram, out StunMessage message) && message.Class == StunClass.ErrorResponse;

    private void AdvanceIfOver(TimeSpan now)
    {
        if (_step is not null && (_transaction?.IsFinished ?? _pauseEnds <= now))
        {
            Advance(now);
        }
    }

    private void Advance(TimeSpan now)
    {
        if (_transaction is not null)
        {
            _step!.Result = _transaction.Result;
            if (_transaction.Result.RoundTrip is { } roundTrip)
            {
                _timeout = TimeSpan.FromTicks(Math.Clamp((roundTrip * RoundTrips).Ticks, s_shortestTimeout.Ticks, s_longestTimeout.Ticks));
            }
        }

        (_step, _transaction) = (null, null);
        if (!_steps.MoveNext())
        {
            _steps.Dispose();
            IsFinished = true;
            return;
        }

        _step = _steps.Current;
        if (_step.Query is { } query)
        {
            Span<byte> id = stackalloc byte[StunTransactionId.Length];
            entropy.Fill(id);
            _transaction = new StunTransaction(new StunTransactionId(id), query, now, StunRetransmission.Create(_timeout, Requests, LastMultiple));
        }
        else
        {
            _pauseEnds = now + _step.Pause;
        }
    }
}
