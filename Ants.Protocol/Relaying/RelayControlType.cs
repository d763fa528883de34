namespace Ants.Protocol.Relaying;

/// <summary>Types of <see cref="RelayControlMessage"/>; a reader ignores those that it does not know.</summary>
internal enum RelayControlType : ulong
{
    /// <summary>From the relay: the agent is registered; the body is its address as the relay sees it.</summary>
    Registered = 0x01,

    /// <summary>From the agent: its signed record.</summary>
    Publish = 0x02,

    /// <summary>To a relay: the newest record of an agent is wanted; the body is how far to ask, and the agent's id.</summary>
    Lookup = 0x03,

    /// <summary>Answers <see cref="Lookup"/>: the record.</summary>
    Record = 0x04,

    /// <summary>Answers <see cref="Lookup"/>: no record is known; the body is the agent's id.</summary>
    NotFound = 0x05,

    /// <summary>Answers <see cref="Publish"/> when the record was refused; the body is a <see cref="RecordFault"/>.</summary>
    Refused = 0x06,

    /// <summary>From the relay: it stops soon, in so many milliseconds at the latest.</summary>
    Drain = 0x07,

    /// <summary>Answers <see cref="Drain"/>: the agent has nowhere else to go; it stays until the end.</summary>
    Stays = 0x08,

    /// <summary>From the agent: a STUN answer is wanted at a port of its own address, to see whether it comes; the body is the port and an id.</summary>
    Knock = 0x09,

    /// <summary>Answers <see cref="Knock"/>: it was sent; the body is the id, and where to.</summary>
    Knocked = 0x0A,
}
