namespace Ants.Protocol.Streams;

/// <summary>
/// What can happen to a stream. Events of one stream are told in the order of these bits; the same event is never
/// queued twice, so that a peer cannot make the queue grow.
/// </summary>
[Flags]
internal enum StreamEventKind : ushort
{
    None = 0,

    /// <summary>The peer opened it.</summary>
    Opened = 1 << 0,

    /// <summary>Bytes were written into the destination: flush it.</summary>
    Readable = 1 << 1,

    /// <summary>All bytes up to the peer's FIN stand in the destination.</summary>
    Finished = 1 << 2,

    /// <summary>The peer gave up sending; the value is its error code. No more bytes will come.</summary>
    Reset = 1 << 3,

    /// <summary>The peer wants no more bytes; the value is its error code. The sending half is already reset with it.</summary>
    StopSending = 1 << 4,

    /// <summary>The value is the offset below which everything is acknowledged: these bytes may be let go.</summary>
    Acked = 1 << 5,

    /// <summary>The peer has everything, FIN included.</summary>
    SendFinished = 1 << 6,

    /// <summary>
    /// All that was lent has been sent, after somebody asked to hear of it by <see cref="StreamSet.AskForMore"/>.
    /// </summary>
    Dry = 1 << 9,

    /// <summary>Both halves are done and the stream is forgotten. Nothing follows.</summary>
    Closed = 1 << 7,

    /// <summary>Of no stream: an attempt to open one was refused before, and now one can be opened.</summary>
    CanOpen = 1 << 8,
}
