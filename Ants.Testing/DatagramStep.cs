namespace Ants.Testing;

/// <summary>A step in the life of a datagram, as a trace shows it.</summary>
public enum DatagramStep
{
    /// <summary>A host sent it.</summary>
    Sent,

    /// <summary>A link made a second copy of it.</summary>
    Duplicated,

    /// <summary>A link flipped bits of it.</summary>
    Corrupted,

    /// <summary>A socket received it.</summary>
    Delivered,

    /// <summary>It was dropped.</summary>
    Dropped,
}
