using Ants.Protocol.Endpoints;
using Ants.Protocol.Paths;
using Ants.Protocol.Recovery;
using Ants.Protocol.Streams;

namespace Ants.Protocol.Sessions;

/// <summary>Takes the fate of each sent frame to the part that owns it.</summary>
internal sealed class FrameFates(StreamSet streams, ReliableFrames reliable, PathSet paths, EndpointCounters counters) : IFrameFate
{
    public void OnPacketLost(uint pathId, SentPacket packet)
    {
        counters.PacketsLost += packet.IsMtuProbe ? 0 : 1;
        paths.Observer?.OnPacketLost(pathId, packet);
    }

    public void OnFrameAcked(uint pathId, in SentFrame frame)
    {
        if (frame.Kind == SentFrameKind.Ack)
        {
            paths.Find((uint)frame.Id)?.Acks.OnAckAcked(frame.Offset);
        }
        else if (IsOfSession(frame.Kind))
        {
            reliable.OnAcked(frame);
        }
        else if (frame.Kind != SentFrameKind.Ephemeral)
        {
            streams.OnAcked(frame);
        }
    }

    public void OnFrameLost(uint pathId, in SentFrame frame)
    {
        Count(frame);
        if (IsOfSession(frame.Kind))
        {
            reliable.Requeue(frame);
        }
        else if (frame.Kind is not (SentFrameKind.Ack or SentFrameKind.Ephemeral))
        {
            streams.OnLost(frame);
        }
    }

    /// <summary>Sends a frame on a second path without holding the first copy lost.</summary>
    public void Copy(in SentFrame frame)
    {
        Count(frame);
        if (IsOfSession(frame.Kind))
        {
            reliable.Requeue(frame);
        }
        else if (frame.Kind is not (SentFrameKind.Ack or SentFrameKind.Ephemeral))
        {
            streams.Requeue(frame);
        }
    }

    private void Count(in SentFrame frame) => counters.FramesSentAgain += frame.Kind is SentFrameKind.Ack or SentFrameKind.Ephemeral ? 0 : 1;

    private static bool IsOfSession(SentFrameKind kind) => kind is SentFrameKind.NewConnectionId
        or SentFrameKind.PathStatus or SentFrameKind.PathAbandon or SentFrameKind.Candidates or SentFrameKind.AckFrequency;
}
