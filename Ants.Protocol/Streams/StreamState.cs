using Ants.Protocol.Recovery;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Streams;

/// <summary>A stream that is not forgotten: its two halves, and in which queues it waits.</summary>
internal sealed class StreamState(ulong id, ReceiveStream receive)
{
    public ulong Id { get; } = id;

    public SendStream Send { get; } = new(id);

    public ReceiveStream Receive { get; } = receive;

    public bool IsDone => Send.IsDone && Receive.IsDone;

    /// <summary>Whether frames other than STREAM must be written.</summary>
    public bool HasControl => Send.ResetSignal.IsPending || IsBlockedUntold || Receive.MustSendStop || Receive.MustSendLimit;

    /// <summary>The queues that hold this stream; see <see cref="StreamQueue"/>.</summary>
    public StreamQueues Queues { get; set; }

    /// <summary>Events that wait to be told.</summary>
    public StreamEventKind Events { get; set; }

    private bool IsBlockedUntold => Send.Blocked.IsPending && Send.IsBlocked;

    /// <summary>Takes the first of the events that wait.</summary>
    public StreamEvent TakeEvent()
    {
        var kind = (StreamEventKind)((int)Events & -(int)Events);
        Events &= ~kind;
        return new StreamEvent(kind, Id, kind switch
        {
            StreamEventKind.Reset => Receive.ResetCode,
            StreamEventKind.StopSending => Send.StopCode,
            StreamEventKind.Acked => Send.AckedOffset,
            _ => 0,
        });
    }

    /// <summary>Writes the frames other than STREAM; false when one does not fit.</summary>
    public bool TryWriteControl(ref WireWriter writer, SentFrames notes) =>
        TryWriteReset(ref writer, notes) && TryWriteStop(ref writer, notes) && TryWriteLimit(ref writer, notes)
        && TryWriteBlocked(ref writer, notes);

    public void OnAcked(in SentFrame frame)
    {
        switch (frame.Kind)
        {
            case SentFrameKind.StreamData:
                Send.OnAcked(frame);
                break;
            case SentFrameKind.ResetStream:
                Send.ResetSignal.OnAcked();
                break;
            case SentFrameKind.StopSending:
                Receive.Stop.OnAcked();
                break;
            case SentFrameKind.MaxStreamData:
                Receive.Window.Announcement.OnAcked(frame.Offset);
                break;
            case SentFrameKind.StreamDataBlocked:
                Send.Blocked.OnAcked(frame.Offset);
                break;
        }
    }

    public void SendAgain(in SentFrame frame)
    {
        switch (frame.Kind)
        {
            case SentFrameKind.StreamData:
                Send.SendAgain(frame);
                break;
            case SentFrameKind.ResetStream:
                Send.ResetSignal.OnLost();
                break;
            case SentFrameKind.StopSending:
                Receive.Stop.OnLost();
                break;
            case SentFrameKind.MaxStreamData:
                Receive.Window.Announcement.OnLost(frame.Offset);
                break;
            case SentFrameKind.StreamDataBlocked:
                Send.Blocked.OnLost(frame.Offset);
                break;
        }
    }

    private bool TryWriteReset(ref WireWriter writer, SentFrames notes)
    {
        if (!Send.ResetSignal.IsPending)
        {
            return true;
        }

        var frame = new NumberFrame(FrameType.ResetStream, Id, Send.ResetCode, Send.NextOffset);
        if (!frame.TryWrite(ref writer))
        {
            return false;
        }

        Send.ResetSignal.OnSent();
        notes.Add(new SentFrame(SentFrameKind.ResetStream, Id));
        return true;
    }

    private bool TryWriteStop(ref WireWriter writer, SentFrames notes)
    {
        if (!Receive.MustSendStop)
        {
            return true;
        }

        if (!new NumberFrame(FrameType.StopSending, Id, Receive.StopCode).TryWrite(ref writer))
        {
            return false;
        }

        Receive.Stop.OnSent();
        notes.Add(new SentFrame(SentFrameKind.StopSending, Id));
        return true;
    }

    private bool TryWriteLimit(ref WireWriter writer, SentFrames notes)
    {
        ref GrowingNumber limit = ref Receive.Window.Announcement;
        return !Receive.MustSendLimit || limit.TryWrite(
            ref writer, notes, new(FrameType.MaxStreamData, Id, limit.Value), new(SentFrameKind.MaxStreamData, Id, limit.Value));
    }

    private bool TryWriteBlocked(ref WireWriter writer, SentFrames notes)
    {
        ref GrowingNumber limit = ref Send.Blocked;
        return !IsBlockedUntold || limit.TryWrite(
            ref writer, notes, new(FrameType.StreamDataBlocked, Id, limit.Value), new(SentFrameKind.StreamDataBlocked, Id, limit.Value));
    }
}
