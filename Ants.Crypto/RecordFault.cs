namespace Ants;

/// <summary>Why a record was refused. The numbers are those of the wire.</summary>
public enum RecordFault
{
    /// <summary>Its bytes are no record, or a field in it is out of its bounds.</summary>
    Malformed = 1,

    /// <summary>It is longer than any record may be.</summary>
    Oversized = 2,

    /// <summary>Its signature is not that of the agent it names.</summary>
    Forged = 3,

    /// <summary>It is of a version that this program does not read.</summary>
    UnknownVersion = 4,

    /// <summary>Its time is over.</summary>
    Expired = 5,

    /// <summary>It comes from the future: the clock of its author, or of the reader, is wrong.</summary>
    NotYetValid = 6,

    /// <summary>It asks to be believed for longer than a record may be.</summary>
    TooLongLived = 7,

    /// <summary>A newer record of the same agent, or another one of the same sequence, is known already.</summary>
    Replayed = 8,

    /// <summary>It was published by another agent than the one that it names.</summary>
    NotYours = 9,

    /// <summary>Its author publishes more often than a relay takes.</summary>
    TooOften = 10,
}
