using Ants.Protocol.Recovery;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Streams;

/// <summary>The frames that are about all streams together: MAX_DATA, MAX_STREAMS, DATA_BLOCKED, STREAMS_BLOCKED.</summary>
internal sealed class SessionNumbers(FlowWindow window, SendCredit credit, StreamTable table)
{
    public bool HasPending =>
        window.Announcement.IsPending || table.Allowance.IsPending || credit.IsBlockedUntold || table.IsBlockedUntold;

    /// <summary>Writes those that are pending; false when one does not fit.</summary>
    public bool TryWrite(ref WireWriter writer, SentFrames notes) =>
        TryWrite(ref writer, notes, ref window.Announcement, FrameType.MaxData, SentFrameKind.MaxData)
        && TryWrite(ref writer, notes, ref table.Allowance, FrameType.MaxStreams, SentFrameKind.MaxStreams)
        && (!credit.IsBlockedUntold
            || TryWrite(ref writer, notes, ref credit.Blocked, FrameType.DataBlocked, SentFrameKind.DataBlocked))
        && (!table.IsBlockedUntold
            || TryWrite(ref writer, notes, ref table.Blocked, FrameType.StreamsBlocked, SentFrameKind.StreamsBlocked));

    /// <summary>A copy arrived; other kinds of frames are passed over.</summary>
    public void OnAcked(in SentFrame frame)
    {
        switch (frame.Kind)
        {
            case SentFrameKind.MaxData:
                window.Announcement.OnAcked(frame.Offset);
                break;
            case SentFrameKind.MaxStreams:
                table.Allowance.OnAcked(frame.Offset);
                break;
            case SentFrameKind.DataBlocked:
                credit.Blocked.OnAcked(frame.Offset);
                break;
            case SentFrameKind.StreamsBlocked:
                table.Blocked.OnAcked(frame.Offset);
                break;
        }
    }

    /// <summary>A copy is lost, or another is wanted; other kinds of frames are passed over.</summary>
    public void SendAgain(in SentFrame frame)
    {
        switch (frame.Kind)
        {
            case SentFrameKind.MaxData:
                window.Announcement.OnLost(frame.Offset);
                break;
            case SentFrameKind.MaxStreams:
                table.Allowance.OnLost(frame.Offset);
                break;
            case SentFrameKind.DataBlocked:
                credit.Blocked.OnLost(frame.Offset);
                break;
            case SentFrameKind.StreamsBlocked:
                table.Blocked.OnLost(frame.Offset);
                break;
        }
    }

    private static bool TryWrite(
        ref WireWriter writer, SentFrames notes, ref GrowingNumber number, FrameType type, SentFrameKind kind) =>
        !number.IsPending
        || number.TryWrite(ref writer, notes, new(type, number.Value), new(kind, Offset: number.Value));
}
