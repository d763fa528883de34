using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Microsoft.Win32.SafeHandles;

namespace Ants.Sockets;

/// <summary>
/// Waits on a thread of its own until a socket has something to receive, and goes on right there with whoever awaited it. The system's
/// event loop would hand each wake-up on to a thread of the pool: two threads to be scheduled for each batch instead of one.
/// One wait at a time.
/// </summary>
internal sealed class LinuxReadiness : IValueTaskSource<bool>, IDisposable
{
    private readonly Socket _socket;
    private readonly SafeFileHandle _wake = LinuxSocketCalls.CreateWake();
    private readonly ManualResetEventSlim _wanted = new(initialState: false, spinCount: 0);
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _core;
    private Thread? _thread;
    private CancellationToken _cancellation;
    private CancellationTokenRegistration _registration;
    private bool _isWaiting;
    private volatile bool _isDisposed;

    public LinuxReadiness(Socket socket) => _socket = socket;

    /// <summary>
    /// True when the socket may have something to receive, false when this was disposed. The code that awaits it runs on the
    /// waiting thread, and waits again from there.
    /// </summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return new ValueTask<bool>(false);
            }

            if (_isWaiting)
            {
                throw new InvalidOperationException("One receive at a time.");
            }

            _core.Reset();
            _isWaiting = true;
            _cancellation = cancellationToken;
            _thread ??= StartThread();
        }

        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(static self => LinuxSocketCalls.Wake(((LinuxReadiness)self!)._wake), this);
        }

        _wanted.Set();
        return new ValueTask<bool>(this, _core.Version);
    }

    /// <summary>True when the socket has something to receive within a time that is short enough for the calling thread to stay; also when it has gone.</summary>
    public bool WaitBriefly(TimeSpan limit) => WaitForInput(limit);

    /// <inheritdoc/>
    public bool GetResult(short token) => _core.GetResult(token);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    /// <summary>Ends the wait, and the thread. May be called from the code that awaited.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            if (_thread is null)
            {
                _wake.Dispose();
            }
            else
            {
                LinuxSocketCalls.Wake(_wake);
            }
        }

        _wanted.Set();
    }

    private Thread StartThread()
    {
        Thread thread = new(Run) { IsBackground = true, Name = "ANTS receiver" };
        thread.UnsafeStart();
        return thread;
    }

    private void Run()
    {
        while (!_isDisposed)
        {
            if (!_wanted.IsSet)
            {
                _wanted.Wait();
                continue;
            }

            WaitForInput(null);
            if (!_isDisposed)
            {
                _wanted.Reset();
                Complete(true);
            }
        }

        Complete(false);
        _wake.Dispose();
    }

    private bool WaitForInput(TimeSpan? limit)
    {
        try
        {
            return LinuxSocketCalls.WaitForInput(_socket.SafeHandle, _wake, limit);
        }
        catch (ObjectDisposedException)
        {
            // The socket went before this did: the receive that follows says so.
            return true;
        }
    }

    private void Complete(bool result)
    {
        lock (_gate)
        {
            if (!_isWaiting)
            {
                return;
            }

            _isWaiting = false;
        }

        _registration.Dispose();
        if (_cancellation.IsCancellationRequested)
        {
            LinuxSocketCalls.ClearWake(_wake);
            _core.SetException(new OperationCanceledException(_cancellation));
        }
        else
        {
            _core.SetResult(result);
        }
    }
}
