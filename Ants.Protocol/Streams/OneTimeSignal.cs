namespace Ants.Protocol.Streams;

/// <summary>
/// Something the peer must hear once: FIN, RESET_STREAM, STOP_SENDING. It is sent until one copy is acknowledged; what
/// is heard of the other copies, before or after, changes nothing. The zero value is "nothing to say".
/// </summary>
internal struct OneTimeSignal
{
    private State _state;

    private enum State : byte
    {
        Silent,
        Pending,
        Sent,
        Acked,
    }

    public readonly bool IsRaised => _state != State.Silent;

    /// <summary>It must be written into the next packet.</summary>
    public readonly bool IsPending => _state == State.Pending;

    public readonly bool IsAcked => _state == State.Acked;

    public void Raise() => Move(State.Silent, State.Pending);

    public void OnSent() => Move(State.Pending, State.Sent);

    public void OnLost() => Move(State.Sent, State.Pending);

    public void OnAcked() => _state = IsRaised ? State.Acked : _state;

    private void Move(State from, State to) => _state = _state == from ? to : _state;
}
