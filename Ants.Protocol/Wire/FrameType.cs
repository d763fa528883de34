namespace Ants.Protocol.Wire;

/// <summary>
/// The first field of each frame, a variable-length integer. A type that is not listed ends the session
/// (<see cref="SessionErrorCode.UnknownFrame"/>): an extension is negotiated by a transport parameter before use.
/// </summary>
internal enum FrameType : ulong
{
    Padding = 0x00,
    Ping = 0x01,
    Ack = 0x02,
    ResetStream = 0x03,
    StopSending = 0x04,
    MaxData = 0x05,
    MaxStreamData = 0x06,
    MaxStreams = 0x07,
    DataBlocked = 0x08,
    StreamDataBlocked = 0x09,
    StreamsBlocked = 0x0A,
    NewConnectionId = 0x0B,
    PathChallenge = 0x0C,
    PathResponse = 0x0D,
    PathStatus = 0x0E,
    PathAbandon = 0x0F,

    /// <summary>0x10 to 0x17: bit 0 FIN, bit 1 a length field, bit 2 an offset field.</summary>
    Stream = 0x10,

    /// <summary>Takes the rest of the packet.</summary>
    Datagram = 0x18,
    DatagramWithLength = 0x19,
    Candidates = 0x1A,
    Close = 0x1B,

    /// <summary>Only to a peer whose parameters have a least acknowledgement delay.</summary>
    AckFrequency = 0x1C,
}
