using Ants.Protocol.Recovery;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Streams;

/// <summary>
/// A number that only grows and whose newest value the peer must hear: a limit, or the limit that blocks. Only the
/// newest value is ever sent again; the fate of older ones does not matter (RFC 9000 section 13.3).
/// </summary>
internal struct GrowingNumber
{
    private bool _told;

    /// <summary>Begins with a value that the peer knows already.</summary>
    public GrowingNumber(ulong known)
    {
        Value = known;
        _told = true;
        IsKnown = true;
    }

    public ulong Value { get; private set; }

    /// <summary>Whether there is a value at all.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>It must be written into the next packet.</summary>
    public bool IsPending { get; private set; }

    /// <summary>Sets a new value, unless it is not higher.</summary>
    public void Raise(ulong value)
    {
        if (IsKnown && value <= Value)
        {
            return;
        }

        Value = value;
        IsKnown = true;
        IsPending = true;
        _told = false;
    }

    /// <summary>Writes the frame that tells the value; false when it does not fit.</summary>
    public bool TryWrite(ref WireWriter writer, SentFrames notes, NumberFrame frame, SentFrame note)
    {
        if (!frame.TryWrite(ref writer))
        {
            return false;
        }

        IsPending = false;
        notes.Add(note);
        return true;
    }

    public void OnAcked(ulong value)
    {
        if (value == Value)
        {
            _told = true;
            IsPending = false;
        }
    }

    public void OnLost(ulong value) => IsPending |= value == Value && IsKnown && !_told;
}
