using System.Net;
using System.Net.WebSockets;

namespace Ants.Testing.Fabric;

/// <summary>One end of a simulated WebSocket. It is used within the world.</summary>
internal sealed class SimulatedWebSocket : WebSocket
{
    // What the buffers of both systems hold before a sender waits.
    private const int Window = 128 * 1024;

    private readonly SimulatedWebSockets _here;
    private readonly SimulatedWebSockets _there;
    private readonly IPAddress? _address;
    private readonly SegmentQueue _out;
    private readonly Queue<(ReadOnlyMemory<byte> Bytes, WebSocketMessageType Type)> _arrived = new();
    private SimulatedWebSocket _far = null!;
    private TaskCompletionSource? _reader, _writer;
    private WebSocketState _state = WebSocketState.Open;
    private int _unread;

    public SimulatedWebSocket(SimulatedWebSockets here, SimulatedWebSockets there)
    {
        _here = here;
        _there = there;
        _address = here.Address;
        _out = new SegmentQueue(here, there);
    }

    /// <inheritdoc/>
    public override WebSocketCloseStatus? CloseStatus => null;

    /// <inheritdoc/>
    public override string? CloseStatusDescription => null;

    /// <inheritdoc/>
    public override WebSocketState State => _state;

    /// <inheritdoc/>
    public override string? SubProtocol => WebSocketRequest.Protocol;

    private bool IsOver => _state is WebSocketState.Aborted or WebSocketState.Closed;

    /// <summary>Connects the two ends.</summary>
    public void Join(SimulatedWebSocket far)
    {
        (_far, far._far) = (far, this);
        _here.Add(this);
        _there.Add(far);
    }

    /// <summary>Nothing passes any more, either way.</summary>
    public void Freeze() => _out.IsFrozen = _far._out.IsFrozen = true;

    /// <summary>Both ends hear that it is over.</summary>
    public void Reset()
    {
        Fail();
        _far.Fail();
    }

    /// <inheritdoc/>
    public override void Abort()
    {
        if (!IsOver)
        {
            Fail();
            Send(_far.Fail);
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => Abort();

    /// <inheritdoc/>
    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        CloseOutputAsync(closeStatus, statusDescription, cancellationToken);

    /// <inheritdoc/>
    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        ThrowIfOver();
        _state = WebSocketState.CloseSent;
        Send(() => _far.Arrive(default, WebSocketMessageType.Close));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        ValueWebSocketReceiveResult result = await ReceiveAsync(buffer.AsMemory(), cancellationToken);
        return new WebSocketReceiveResult(result.Count, result.MessageType, result.EndOfMessage);
    }

    /// <inheritdoc/>
    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (_arrived.Count == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ThrowIfOver();
            _reader = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

            // As in the system's: who gives a receive up gives the connection up.
            await using CancellationTokenRegistration cancellation = cancellationToken.Register(Abort);
            await _reader.Task;
        }

        if (buffer.IsEmpty && _arrived.Peek() is { Bytes.IsEmpty: false, Type: WebSocketMessageType kind })
        {
            // As in the system's: this was to wait for something, without a buffer for it.
            return new ValueWebSocketReceiveResult(0, kind, endOfMessage: false);
        }

        (ReadOnlyMemory<byte> bytes, WebSocketMessageType type) = _arrived.Dequeue();
        int count = Math.Min(bytes.Length, buffer.Length);
        bytes[..count].CopyTo(buffer);
        if (count < bytes.Length)
        {
            // The rest comes first next time.
            (ReadOnlyMemory<byte>, WebSocketMessageType)[] behind = [.. _arrived];
            _arrived.Clear();
            _arrived.Enqueue((bytes[count..], type));
            Array.ForEach(behind, _arrived.Enqueue);
        }

        Send(() => _far.OnRead(count));
        return new ValueWebSocketReceiveResult(count, type, count == bytes.Length);
    }

    /// <inheritdoc/>
    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        SendAsync(buffer.AsMemory(), messageType, endOfMessage, cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask SendAsync(
        ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        ThrowIfOver();
        byte[] copy = buffer.ToArray();
        _unread += copy.Length;
        Send(() => _far.Arrive(copy, messageType));
        while (_unread > Window)
        {
            _writer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await _writer.Task.WaitAsync(cancellationToken);
            ThrowIfOver();
        }
    }

    private void Send(Action arrive)
    {
        // A host that has another address now cannot be reached by the old one, nor send from it.
        _out.IsFrozen |= !Equals(_address, _here.Address) || !Equals(_far._address, _there.Address);
        _out.Send(arrive);
    }

    private void Arrive(ReadOnlyMemory<byte> bytes, WebSocketMessageType type)
    {
        if (IsOver)
        {
            Send(_far.Fail);
            return;
        }

        _arrived.Enqueue((bytes, type));
        _reader?.TrySetResult();
    }

    private void OnRead(int count)
    {
        _unread -= count;
        _writer?.TrySetResult();
    }

    private void Fail()
    {
        if (!IsOver)
        {
            _state = WebSocketState.Aborted;
            _here.Remove(this);
            _reader?.TrySetResult();
            _writer?.TrySetResult();
        }
    }

    private void ThrowIfOver()
    {
        if (IsOver)
        {
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
        }
    }
}
