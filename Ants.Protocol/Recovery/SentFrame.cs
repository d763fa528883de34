namespace Ants.Protocol.Recovery;

/// <summary>What kind of frame a packet carried, as far as its fate matters.</summary>
internal enum SentFrameKind : byte
{
    /// <summary>Lost without regret: PING, PATH_CHALLENGE, PATH_RESPONSE, DATAGRAM.</summary>
    Ephemeral,
    Ack,
    StreamData,
    ResetStream,
    StopSending,
    MaxData,
    MaxStreamData,
    MaxStreams,
    DataBlocked,
    StreamDataBlocked,
    StreamsBlocked,
    NewConnectionId,
    PathStatus,
    PathAbandon,
    Candidates,
}

/// <summary>
/// A note of one frame in a sent packet: enough for its owner to know what was acknowledged or lost. Lost frames are
/// not kept as bytes; the owner writes anew from its present state, so a retransmission is never out of date.
/// </summary>
/// <param name="Kind">The kind.</param>
/// <param name="Id">The stream or path that it is about.</param>
/// <param name="Offset">Stream data: the first byte. ACK: the largest number acknowledged. Others: the value sent.</param>
/// <param name="Length">Stream data: how many bytes.</param>
/// <param name="Fin">Stream data: whether it ended the stream.</param>
internal readonly record struct SentFrame(SentFrameKind Kind, ulong Id = 0, ulong Offset = 0, int Length = 0, bool Fin = false);
