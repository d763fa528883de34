namespace Ants.Samples.Throughput.Measuring;

/// <summary>What is done with a way between two processes.</summary>
internal enum Work : byte
{
    /// <summary>As many bytes as it takes, one way.</summary>
    Bulk = 1,

    /// <summary>The same both ways at once.</summary>
    Duplex,

    /// <summary>Small messages, each sent back before the next.</summary>
    Echo,
}
