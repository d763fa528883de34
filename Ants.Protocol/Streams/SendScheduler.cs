using Ants.Protocol.Recovery;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Streams;

/// <summary>
/// Chooses what a packet carries: frames other than STREAM, then lost bytes, then new ones. Within each kind the
/// streams take turns, so that a stream with much to send does not hold up the others: one frame each, but of new bytes some packets'
/// worth, since both ends then find what they need in their caches. One that comes with something new ends the turn of the other.
/// </summary>
internal sealed class SendScheduler(SendCredit credit, StreamQueue events)
{
    // A dozen packets of Ethernet's size, and what the receiver's blocks hold.
    private const ulong Turn = 16 * 1024;

    private readonly StreamQueue _control = new(StreamQueues.Control, static stream => stream.HasControl);
    private readonly StreamQueue _uncharged = new(StreamQueues.Uncharged, static stream => stream.Send.HasUncharged);
    private readonly StreamQueue _fresh = new(StreamQueues.Fresh, static stream => stream.Send.HasFresh);

    // Whose turn it is to send new bytes, and how many it has sent in it.
    private StreamState? _sender;
    private ulong _sent;

    public bool HasPending =>
        _control.TryPeek(out _) || _uncharged.TryPeek(out _) || (credit.Available > 0 && _fresh.TryPeek(out _));

    /// <summary>Puts a stream into the queues for which it has work. Its frames may be sent from now on.</summary>
    public void Add(StreamState stream)
    {
        _control.Add(stream);
        _uncharged.Add(stream);
        if (_fresh.Add(stream))
        {
            _sent = Turn;
        }

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
        while (_uncharged.TryPeek(out StreamState? stream) && TryWrite(ref writer, notes, stream, allowed: 0, out _))
        {
            _uncharged.Rotate();
        }

        while (!_uncharged.TryPeek(out _) && credit.Available > 0 && _fresh.TryPeek(out StreamState? stream)
            && TryWrite(ref writer, notes, stream, credit.Available, out ulong fresh))
        {
            CountTurn(stream, fresh);
            _control.Add(stream);
        }

        if (_fresh.TryPeek(out _))
        {
            credit.NoteDemand();
        }
    }

    private void CountTurn(StreamState stream, ulong fresh)
    {
        _sent = stream == _sender || _sent >= Turn ? _sent + fresh : fresh;
        _sender = stream;
        if (_sent >= Turn)
        {
            _fresh.Rotate();
            (_sender, _sent) = (null, 0);
        }
    }

    private bool TryWrite(ref WireWriter writer, SentFrames notes, StreamState stream, ulong allowed, out ulong fresh)
    {
        if (!stream.Send.TryWrite(ref writer, allowed, out fresh, out SentFrame note))
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
