using System.IO.Pipelines;

namespace Ants.Streams;

/// <summary>Who hears what the application does with its two ends of a stream. Called on the application's threads.</summary>
internal interface IStreamOwner
{
    /// <summary>Guards both ends. Nothing that waits is done in it, and no code of anybody else's.</summary>
    Lock Gate { get; }

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
