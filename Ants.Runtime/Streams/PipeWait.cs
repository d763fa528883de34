using System.Threading.Tasks.Sources;

namespace Ants.Streams;

/// <summary>
/// The wait of a pipe's end, used again for each wait: it allocates nothing. The end has a lock, in which all is called but
/// <see cref="Complete"/> and what an awaiter calls.
/// </summary>
internal struct PipeWait
{
    private ManualResetValueTaskSourceCore<bool> _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private bool _isCancelled;

    /// <summary>Whether somebody waits who has not been told yet.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Whether a wait was begun of which nobody has taken the result yet.</summary>
    public bool IsPending { get; private set; }

    /// <summary>Begins to wait; <paramref name="cancel"/> is called with <paramref name="end"/> when the token is cancelled before.</summary>
    /// <returns>The token of the wait, for <see cref="ValueTask{TResult}"/>.</returns>
    public short Begin(Action<object?> cancel, object end, CancellationToken cancellationToken)
    {
        _source.Reset();
        (IsWaiting, IsPending, _isCancelled, _token) = (true, true, false, cancellationToken);
        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(cancel, end);
        }

        return _source.Version;
    }

    /// <summary>Ends the wait, if there is one: then the caller has <see cref="Complete"/> called, outside the lock.</summary>
    public bool TryEnd(bool isCancelled = false)
    {
        bool ended = IsWaiting;
        if (ended)
        {
            (IsWaiting, _isCancelled) = (false, isCancelled);
        }

        return ended;
    }

    /// <summary>Goes on with whoever waited, who may begin the next wait right there.</summary>
    public void Complete()
    {
        (CancellationTokenRegistration registration, CancellationToken token) = (_registration, _token);
        (_registration, _token) = (default, default);

        // Waits for a cancellation that is just being told, so that it cannot hit the next wait.
        registration.Dispose();
        if (_isCancelled)
        {
            _source.SetException(new OperationCanceledException(token));
        }
        else
        {
            _source.SetResult(true);
        }
    }

    /// <summary>Throws if the wait was cancelled, or is another.</summary>
    public void GetResult(short token)
    {
        try
        {
            _source.GetResult(token);
        }
        finally
        {
            IsPending = false;
        }
    }

    /// <inheritdoc cref="IValueTaskSource.GetStatus"/>
    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    /// <inheritdoc cref="IValueTaskSource.OnCompleted"/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
