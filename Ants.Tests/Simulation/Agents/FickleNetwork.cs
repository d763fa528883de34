using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using Ants.Crypto;

namespace Ants.Tests.Simulation.Agents;

/// <summary>
/// A host's network as a laptop's or phone's system gives it: it ends sockets under their user, says that something has changed without
/// saying what, and sleeps on a monotonic clock that goes on.
/// </summary>
internal sealed class FickleNetwork(AntsNetwork inner) : AntsNetwork
{
    private readonly SleepingTime _time = new(inner.Time);
    private IDatagramSocket? _socket;
    private Action? _changed;

    public override TimeProvider Time => _time;

    public override PipeScheduler Scheduler => inner.Scheduler;

    public override EntropySource Entropy => inner.Entropy;

    /// <summary>Ends the first socket that was bound: the agent's own, and not a spare one.</summary>
    public void EndSocket() => _socket!.Dispose();

    /// <summary>Tells of a change in which no address comes or goes: a route, a router.</summary>
    public void Notify() => _changed!();

    /// <summary>So much time passes for the clock, and none for anything else: no timer fires meanwhile.</summary>
    public void Sleep(TimeSpan length) => _time.Slept += length;

    public override IDatagramSocket Bind(IPEndPoint local)
    {
        IDatagramSocket socket = inner.Bind(local);
        _socket ??= socket;
        return socket;
    }

    public override Task<WebSocket> ConnectWebSocketAsync(WebSocketRequest request, CancellationToken cancellationToken = default) =>
        inner.ConnectWebSocketAsync(request, cancellationToken);

    public override IReadOnlyList<IPAddress> LocalAddresses() => inner.LocalAddresses();

    public override IPAddress? SourceFor(IPAddress destination) => inner.SourceFor(destination);

    public override IDisposable WatchAddresses(Action changed)
    {
        _changed = changed;
        return inner.WatchAddresses(changed);
    }

    // The date of the machine is right after a sleep, or wrong as before: that only the monotonic clock jumps is the harder case.
    private sealed class SleepingTime(TimeProvider inner) : TimeProvider
    {
        public TimeSpan Slept { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override long GetTimestamp() => inner.GetTimestamp() + (long)(Slept.TotalSeconds * inner.TimestampFrequency);

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            inner.CreateTimer(callback, state, dueTime, period);
    }
}
