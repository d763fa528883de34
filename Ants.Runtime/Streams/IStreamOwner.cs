using System.IO.Pipelines;

namespace Ants.Streams;

/// <summary>Who hears what the application does with its two ends of a stream. Called on the application's threads.</summary>
/// <remarks>
/// Both ends lock it, for a few instructions each time, and call nothing meanwhile: an object of its own for that, on each stream, would be a tenth of
/// what the ends hold.
/// </remarks>
internal interface IStreamOwner
{
    /// <summary>How many streams of the session may have something to send, this one included.</summary>
    int Writers { get; }

    /// <summary>Runs the application's continuations.</summary>
    PipeScheduler Scheduler { get; }

    /// <summary>Bytes were read, and are no longer held.</summary>
    void OnRead(long count);

    /// <summary>Nothing more will be read.</summary>
    void OnInputCompleted();

    /// <summary>Bytes were flushed, or their end.</summary>
    void OnWritten();

    /// <summary>What was written is not to arrive: the application has given it up.</summary>
    void OnOutputAborted(Exception exception);
}
