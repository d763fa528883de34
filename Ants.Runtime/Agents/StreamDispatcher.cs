using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using Ants.Observing;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;
using Microsoft.Extensions.Logging;

namespace Ants.Agents;

/// <summary>Brings each stream that a peer opens to the handler of its protocol.</summary>
internal sealed partial class StreamDispatcher(PipeScheduler scheduler, TimeProvider time, ILogger logger, CancellationToken stop)
{
    private readonly ConcurrentDictionary<string, Served> _handlers = new(StringComparer.Ordinal);
    private readonly ILogger _logger = logger;

    /// <summary>The names of what is served.</summary>
    public IEnumerable<string> Protocols => _handlers.Keys;

    public void Serve(string protocol, Func<AntsStream, CancellationToken, Task> handler, ServeOptions options) =>
        _handlers[protocol] = new Served(handler, options);

    /// <summary>Takes an incoming stream; reads its header and runs the handler away from the driver.</summary>
    public void Take(AntsStream stream) => scheduler.Schedule(state => _ = HandleAsync((AntsStream)state!), stream);

    /// <summary>Writes the name of the protocol at the start of a stream, so that the peer's handler starts at once.</summary>
    public static void WriteHeader(PipeWriter output, string protocol)
    {
        output.Write(StreamHeader.Encode(protocol));

        // Never waits: a new stream's pipe is empty.
        _ = output.FlushAsync().AsTask();
    }

    private async Task HandleAsync(AntsStream stream)
    {
        try
        {
            string? protocol = await ReadHeaderAsync(stream.Input);
            Served? served = protocol is null ? null : _handlers.GetValueOrDefault(protocol);
            if (served is not { Options.AllowEarlyData: true })
            {
                // The first bytes may have come early: nobody has proved yet that they are the peer's.
                await stream.Session.Peer.Established;
            }

            if (served is null)
            {
                stream.Abort(StreamErrors.ProtocolNotServed);
                return;
            }

            await ServeAsync(served.Handler, stream, protocol!);
            await stream.DisposeAsync();
        }
        catch (Exception e) when (e is AntsException or OperationCanceledException)
        {
            // The stream or session ended under the handler, or the agent stops: nothing of its own went wrong.
            stream.Abort(StreamErrors.Aborted);
        }
#pragma warning disable CA1031 // Whatever an application's handler throws ends its stream, not the agent.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogHandlerFailed(e, stream.RemoteId);
            stream.Abort(StreamErrors.HandlerFailed);
        }
    }

    private async Task ServeAsync(Func<AntsStream, CancellationToken, Task> handler, AntsStream stream, string protocol)
    {
        using CallActivity call = CallActivity.Serve(stream.RemoteId, protocol, time);
        try
        {
            await handler(stream, stop);
            call.Succeed();
        }
        catch (Exception e)
        {
            call.Fail(e);
            throw;
        }
    }

    /// <summary>The protocol's name; null when the stream ended or holds none.</summary>
    private static async Task<string?> ReadHeaderAsync(PipeReader input)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync();
            ReadStatus status = StreamHeader.Read(read.Buffer, out string? protocol, out int length);
            if (status == ReadStatus.Complete)
            {
                input.AdvanceTo(read.Buffer.GetPosition(length));
                return protocol;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (status == ReadStatus.Malformed || read.IsCompleted)
            {
                return null;
            }
        }
    }

    private sealed record Served(Func<AntsStream, CancellationToken, Task> Handler, ServeOptions Options);

    [LoggerMessage(Level = LogLevel.Error, Message = "The handler of a stream of {Peer} failed")]
    private partial void LogHandlerFailed(Exception exception, AgentId peer);
}
