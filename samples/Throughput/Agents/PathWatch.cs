namespace Ants.Samples.Throughput.Agents;

/// <summary>Sees to it that what is measured on a session was measured on paths of one kind.</summary>
internal sealed class PathWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AntsSession _session;
    private readonly PathKind _kind;
    private readonly Task _watching;
    private volatile bool _hasStrayed;

    public PathWatch(AntsSession session, PathKind kind)
    {
        _session = session;
        _kind = kind;
        _watching = WatchAsync();
    }

    /// <summary>Whether the session has had no path of another kind since it had the first of this one.</summary>
    public bool HasHeld => _arrived.Task.IsCompletedSuccessfully && !_hasStrayed && _session.CurrentPath.Kind == _kind;

    /// <summary>Waits for the first path of the kind; false when none comes in time.</summary>
    public async Task<bool> ArrivesAsync(TimeSpan patience, CancellationToken ct)
    {
        try
        {
            await _arrived.Task.WaitAsync(patience, ct);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            await foreach (PathChange change in _session.PathChanges(_stop.Token))
            {
                if (change.Kind == _kind)
                {
                    _arrived.TrySetResult();
                }
                else
                {
                    _hasStrayed |= _arrived.Task.IsCompleted;
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Nobody asks any more.
            return;
        }
    }
}
