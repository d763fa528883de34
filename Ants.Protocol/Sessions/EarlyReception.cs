using Ants.Protocol.Paths;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Sessions;

/// <summary>
/// What early data may do to a session whose peer has yet to prove that it is live: fill streams, and have them answered. Nothing else.
/// </summary>
internal static class EarlyReception
{
    /// <summary>
    /// From now on the session may answer on streams, with as many bytes as <paramref name="credit"/> and what follows allow, to where the
    /// handshake came from.
    /// </summary>
    public static void Open(Session session, int credit)
    {
        SessionKeys keys = session.Keys!;
        keys.HasEarly = true;
        session.Streams.ApplyPeerLimits(keys.PeerParameters.ToStreamLimits());
        Path first = session.Paths.Accept(0, keys.Via)!;
        first.LimitTo(credit);
        session.Paths.OnValidated(first);
    }

    /// <summary>
    /// Hands the frames of a datagram, which pays for an answer of <paramref name="earned"/> bytes, to the streams. False when there is any frame but STREAM and PADDING, and then nothing is done,
    /// or when a stream cannot take one.
    /// </summary>
    public static bool TryReceive(Session session, CarrierAddress from, int earned, ReadOnlySpan<byte> frames)
    {
        session.Paths.Find(0)?.EarnFrom(from, earned);
        return TryRead(frames, null) && TryRead(frames, session.Streams);
    }

    private static bool TryRead(ReadOnlySpan<byte> frames, StreamSet? streams)
    {
        WireReader reader = new(frames);
        while (!reader.IsEmpty)
        {
            if (!reader.TryReadVarInt(out ulong type))
            {
                return false;
            }

            if (type == (ulong)FrameType.Padding)
            {
                continue;
            }

            if (!StreamFrame.IsStream(type) || !StreamFrame.TryRead(type, ref reader, out StreamFrame frame)
                || streams?.OnStreamFrame(frame) is { IsNone: false })
            {
                return false;
            }
        }

        return true;
    }
}
