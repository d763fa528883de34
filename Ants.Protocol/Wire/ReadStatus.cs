namespace Ants.Protocol.Wire;

/// <summary>What a reader of a byte stream made of the bytes that have arrived so far.</summary>
internal enum ReadStatus : byte
{
    /// <summary>More bytes are needed to tell.</summary>
    Incomplete,

    /// <summary>One item was read whole.</summary>
    Complete,

    /// <summary>Whatever follows, this is not what should be here.</summary>
    Malformed,
}
