namespace Ants.Protocol.Streams;

/// <summary>The queues in which a stream can stand.</summary>
[Flags]
internal enum StreamQueues : byte
{
    None = 0,

    /// <summary>It has frames other than STREAM to send.</summary>
    Control = 1 << 0,

    /// <summary>It has bytes to send that need no credit.</summary>
    Uncharged = 1 << 1,

    /// <summary>It has bytes to send that need the session's credit.</summary>
    Fresh = 1 << 2,

    /// <summary>It has events to tell.</summary>
    Events = 1 << 3,
}
