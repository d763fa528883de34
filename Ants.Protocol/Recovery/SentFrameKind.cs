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
    AckFrequency,
}
