using System.IO.Pipelines;
using Ants.Streams;

namespace Ants.Tests.Unit.Runtime.Streams;

/// <summary>Counts what a stream's ends tell, and runs continuations at once.</summary>
internal sealed class FakeOwner : IStreamOwner
{
    public PipeScheduler Scheduler { get; init; } = PipeScheduler.Inline;

    public int Writers { get; set; } = 1;

    public long Read { get; private set; }

    public int InputsCompleted { get; private set; }

    public int Writes { get; private set; }

    public List<Exception> Aborts { get; } = [];

    /// <summary>Done at each write.</summary>
    public Action? Written { get; set; }

    public void OnRead(long count) => Read += count;

    public void OnInputCompleted() => InputsCompleted++;

    public void OnWritten()
    {
        Writes++;
        Written?.Invoke();
    }

    public void OnOutputAborted(Exception exception) => Aborts.Add(exception);
}
