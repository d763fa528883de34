namespace Ants.Protocol;

/// <summary>Why a session was closed, as CLOSE frames carry it. Codes from 0x100 are the application's.</summary>
public enum SessionErrorCode : ulong
{
    /// <summary>Closed because the application had finished.</summary>
    None = 0x00,

    /// <summary>A defect of the implementation.</summary>
    Internal = 0x01,

    /// <summary>More data than the receiver allowed.</summary>
    FlowControl = 0x03,

    /// <summary>More streams than the receiver allowed.</summary>
    StreamLimit = 0x04,

    /// <summary>A frame for a stream that cannot take it.</summary>
    StreamState = 0x05,

    /// <summary>Data beyond a stream's final size, or a final size that changed.</summary>
    FinalSize = 0x06,

    /// <summary>A frame that cannot be read.</summary>
    FrameEncoding = 0x07,

    /// <summary>A transport parameter that cannot be read or is out of its range.</summary>
    TransportParameter = 0x08,

    /// <summary>Any other breach of the protocol.</summary>
    ProtocolViolation = 0x0A,

    /// <summary>A frame type that was never negotiated.</summary>
    UnknownFrame = 0x0B,

    /// <summary>The same stream bytes arrived twice with different content.</summary>
    ConflictingOverlap = 0x0C,

    /// <summary>A key was changed before its last change was acknowledged.</summary>
    KeyUpdate = 0x0E,

    /// <summary>The peer does not admit this agent.</summary>
    Refused = 0x10,

    /// <summary>The peer serves somebody else.</summary>
    Busy = 0x11,

    /// <summary>A newer session of the same pair has taken over.</summary>
    Superseded = 0x12,

    /// <summary>The endpoint is shutting down.</summary>
    GoingAway = 0x13,

    /// <summary>A key has protected as many packets as it may, and the peer has acknowledged none of them, so that no other key could follow it.</summary>
    KeyLimit = 0x15,

    /// <summary>Nothing was heard for longer than the session may linger without a path.</summary>
    NoPath = 0x14,
}
