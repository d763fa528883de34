using System.IO.Pipelines;
using Ants.Streams;

namespace Ants;

/// <summary>
/// A reliable, ordered stream of bytes both ways, one of many in a session; flow-controlled by itself, so that one that
/// nobody reads holds no other back.
/// </summary>
/// <remarks>
/// <c>Output.Complete()</c> ends this side's bytes (FIN); with an exception it gives them up (RESET_STREAM), and the peer's
/// reader throws <see cref="AntsError.StreamAborted"/>. <c>Input.Complete()</c> before the peer's end tells it to stop
/// sending (STOP_SENDING); its flushes then throw. A flush waits while 1 MiB waits to be sent, or 17 MiB to be acknowledged. When the session ends, reads
/// and flushes throw the <see cref="AntsException"/> that says why: a peer that closed, one that restarted, and a lost path
/// are different errors. Complete both ends, or dispose the stream, when done with it: until then what is unread counts
/// against the session's window.
/// </remarks>
public sealed class AntsStream : IDuplexPipe, IAsyncDisposable
{
    private readonly StreamBridge _bridge;

    internal AntsStream(StreamBridge bridge) => _bridge = bridge;

    /// <summary>The bytes that the peer sends.</summary>
    public PipeReader Input => _bridge.Input;

    /// <summary>The bytes for the peer; they go out when flushed.</summary>
    public PipeWriter Output => _bridge.Output;

    /// <summary>The session that the stream belongs to.</summary>
    public AntsSession Session => _bridge.Owner.Public;

    /// <summary>Who is at the other end; verified by the handshake.</summary>
    public AgentId RemoteId => Session.PeerId;

    /// <summary>
    /// The stream as a <see cref="Stream"/>. Disposing that completes both directions.
    /// </summary>
    public Stream AsStream() => new DuplexStream(this);

    /// <summary>
    /// Waits until the peer's agent has every byte that was written and the end of this side; so complete
    /// <see cref="Output"/> first. It says nothing about whether the peer's application has read them.
    /// </summary>
    /// <exception cref="AntsException">The stream or the session ended before.</exception>
    public Task DeliveredAsync(CancellationToken cancellationToken = default) => _bridge.Delivered.WaitAsync(cancellationToken);

    /// <summary>Completes both directions, if that has not been done: what was written is still delivered.</summary>
    public async ValueTask DisposeAsync()
    {
        await Output.CompleteAsync();
        await Input.CompleteAsync();
    }

    internal void Abort(ulong code) => _bridge.Abort(code);
}
