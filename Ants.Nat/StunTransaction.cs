using System.Net;

namespace Ants.Nat;

/// <summary>
/// One Binding request and its retransmissions, as a pure state machine (RFC 8489 section 6.2.1). The caller sends what
/// <see cref="TryPollTransmit"/> gives, wakes it at <see cref="NextTimeout"/>, and offers it what it receives.
/// <para>Times are monotonic since any fixed start; the transaction never looks at a clock. Not thread-safe.</para>
/// </summary>
public sealed class StunTransaction
{
    /// <summary>Bytes of a Binding request: its header and FINGERPRINT. A buffer of this size is always enough.</summary>
    public const int RequestLength =
        StunWire.HeaderLength + StunWire.AttributeHeaderLength + StunWire.FingerprintLength;

    /// <summary>Bytes of a Binding request with one of the attributes that a <see cref="StunQuery"/> may ask for.</summary>
    internal const int MostRequestLength = RequestLength + StunWire.AttributeHeaderLength + 4;

    private readonly StunTransactionId _id;
    private readonly StunRetransmission _timers;
    private readonly StunQuery _query;
    private TimeSpan _firstSent;
    private TimeSpan? _next;
    private int _sent;

    /// <summary>Makes a transaction whose first request is due at once.</summary>
    /// <param name="id">96 fresh bits from a cryptographic random source.</param>
    /// <param name="server">The server; an IPv4-mapped address is taken as IPv4.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="timers">When to send again; <see cref="StunRetransmission.Standard"/> if null.</param>
    public StunTransaction(StunTransactionId id, IPEndPoint server, TimeSpan now, StunRetransmission? timers = null)
        : this(id, new StunQuery(EndPoints.Unmap(server)), now, timers ?? StunRetransmission.Standard)
    {
    }

    internal StunTransaction(StunTransactionId id, StunQuery query, TimeSpan now, StunRetransmission timers)
    {
        _id = id;
        _query = query;
        _timers = timers;
        _next = now;
        Server = query.Server;
        Result = new StunResult(Server, StunOutcome.Pending);
    }

    /// <summary>By which the answer is recognised.</summary>
    internal StunTransactionId Id => _id;

    /// <summary>The server that is asked, and the only one whose answer counts.</summary>
    public IPEndPoint Server { get; }

    /// <summary>What is known: <see cref="StunOutcome.Pending"/> until the transaction has ended.</summary>
    public StunResult Result { get; private set; }

    /// <summary>Whether the transaction has ended.</summary>
    public bool IsFinished => Result.Outcome != StunOutcome.Pending;

    /// <summary>How many requests have been sent.</summary>
    public int RequestsSent => _sent;

    /// <summary>When to call <see cref="HandleTimeout"/> or <see cref="TryPollTransmit"/> next; null once finished.</summary>
    public TimeSpan? NextTimeout => _next;

    /// <summary>Writes the request if one is due.</summary>
    /// <param name="now">The present moment.</param>
    /// <param name="buffer">At least <see cref="RequestLength"/> bytes; with less nothing is sent and it stays due.</param>
    /// <param name="written">The request's length.</param>
    /// <returns>Whether the buffer holds a request to send to <see cref="Server"/>.</returns>
    public bool TryPollTransmit(TimeSpan now, Span<byte> buffer, out int written)
    {
        written = 0;
        if (_next > now || _next is null || _sent == _timers.Count)
        {
            return false;
        }

        StunWriter writer = new(buffer, StunClass.Request, StunMethod.Binding, _id);
        _query.Write(ref writer);
        writer.AddFingerprint();
        if (!writer.TryFinish(out written))
        {
            return false;
        }

        _firstSent = _sent == 0 ? now : _firstSent;
        _sent++;
        _next = now + _timers.WaitAfter(_sent);
        return true;
    }

    /// <summary>Ends the transaction if the time after its last request has passed.</summary>
    /// <param name="now">The present moment.</param>
    public void HandleTimeout(TimeSpan now)
    {
        if (_next <= now && _sent == _timers.Count)
        {
            Finish(new StunResult(Server, StunOutcome.TimedOut));
        }
    }

    /// <summary>
    /// Says that the request cannot be sent (no route, no such family). Only for what the local system reports: an ICMP
    /// error can be forged and is no reason to give up.
    /// </summary>
    public void HandleUnreachable()
    {
        if (!IsFinished)
        {
            Finish(new StunResult(Server, StunOutcome.Unreachable));
        }
    }

    /// <summary>
    /// Takes a received datagram if it answers this transaction: right id, right source, well-formed. An answer that is
    /// not wholly right in these is left alone, so that nobody off the way can end a transaction.
    /// </summary>
    /// <param name="now">The present moment.</param>
    /// <param name="datagram">The datagram, whole.</param>
    /// <param name="from">Its source; an IPv4-mapped address is taken as IPv4.</param>
    /// <returns>Whether it was the answer; the transaction has then ended and <see cref="Result"/> says how.</returns>
    public bool TryHandleResponse(TimeSpan now, ReadOnlySpan<byte> datagram, IPEndPoint from)
    {
        if (IsFinished || _sent == 0
            || !StunMessage.TryRead(datagram, out StunMessage message)
            || message.Method != StunMethod.Binding
            || message.TransactionId != _id)
        {
            return false;
        }

        switch (message.Class)
        {
            case StunClass.Request when _query.ExpectsItself:
                // A NAT sent back what went to our own external address; it may write any source (RFC 4787 section 6).
                Finish(new StunResult(Server, StunOutcome.Success, EndPoints.Unmap(from)));
                return true;

            // A refusal comes from where the request went, even if the answer should not have.
            case StunClass.ErrorResponse when !_query.ExpectsItself && EndPoints.AreSame(from, Server):
                message.TryGetErrorCode(out int code, out _);
                Finish(new StunResult(Server, code == 0 ? StunOutcome.BadResponse : StunOutcome.Refused, ErrorCode: code));
                return true;
            case StunClass.SuccessResponse when !_query.ExpectsItself && EndPoints.AreSame(from, _query.AnswersFrom ?? Server):
                Finish(Judge(message, _sent == 1 ? now - _firstSent : null));
                return true;
            default:
                return false;
        }
    }

    private StunResult Judge(StunMessage message, TimeSpan? roundTrip)
    {
        // RFC 8489 section 6.3.3: an unknown attribute that must be understood fails the transaction.
        Span<ushort> unknown = stackalloc ushort[1];
        if (message.CopyUnknownRequired(unknown) > 0 || !message.TryGetMappedAddress(out IPEndPoint? mapped))
        {
            return new StunResult(Server, StunOutcome.BadResponse);
        }

        message.TryGetAddress(StunAttributeType.OtherAddress, out IPEndPoint? otherAddress);
        message.TryGetOtherPort(out ushort otherPort);
        return new StunResult(Server, StunOutcome.Success, mapped, roundTrip, OtherAddress: otherAddress, OtherPort: otherPort);
    }

    private void Finish(StunResult result)
    {
        _next = null;
        Result = result;
    }
}
