using Ants.Protocol.Recovery;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Streams;

/// <summary>
/// Chooses what a packet carries: frames other than STREAM, then lost bytes, then new ones. Within each kind the
/// streams take turns, one frame each, so that a stream with much to send does not hold up the others.
/// </summary>
internal sealed class SendScheduler(SendCredit credit, StreamQueue events)
{
    private readonly StreamQueue _control = new(StreamQueues.Control, static stream => stream.HasControl);
    private readonly StreamQueue _uncharged = new(StreamQueues.Uncharged, static stream => stream.Send.HasUncharged);
    private readonly StreamQueue _fresh = new(StreamQueues.Fresh, static stream => stream.Send.HasFresh);

    public bool HasPending =>
        _control.TryPeek(out _) || _uncharged.TryPeek(out _) || (credit.Available > 0 && _fresh.TryPeek(out _));

    /// <summary>Puts a stream into the queues for which it has work. Its frames may be sent from now on.</summary>
    public void Add(StreamState stream)
    {
        _control.Add(stream);
        _uncharged.Add(stream);
        _fresh.Add(stream);
        if (stream.Send.HasFresh)
        {
            credit.NoteDemand();
        }
    }

    /// <summary>Writes the frames other than STREAM; false when one does not fit.</summary>
    public bool TryWriteControl(ref WireWriter writer, SentFrames notes)
    {
        while (_control.TryPeek(out StreamState? stream))
        {
            if (!stream.TryWriteControl(ref writer, notes))
            {
                return false;
            }

            _control.Rotate();
        }

        return true;
    }

    /// <summary>Fills what is left of a packet with bytes of streams.</summary>
    public void WriteBytes(ref WireWriter writer, SentFrames notes)
    {
        while (_uncharged.TryPeek(out StreamState? stream) && TryWrite(ref writer, notes, stream, allowed: 0))
        {
            _uncharged.Rotate();
        }

        while (!_uncharged.TryPeek(out _) && credit.Available > 0 && _fresh.TryPeek(out StreamState? stream)
            && TryWrite(ref writer, notes, stream, credit.Available))
        {
            _fresh.Rotate();
            _control.Add(stream);
        }

        if (_fresh.TryPeek(out _))
        {
            credit.NoteDemand();
        }
    }

    private bool TryWrite(ref WireWriter writer, SentFrames notes, StreamState stream, ulong allowed)
    {
        if (!stream.Send.TryWrite(ref writer, allowed, out ulong fresh, out SentFrame note))
        {
            return false;
        }

        credit.Spend(fresh);
        notes.Add(note);
        stream.Events |= stream.Send.TakeNews();
        events.Add(stream);
        return true;
    }
}
