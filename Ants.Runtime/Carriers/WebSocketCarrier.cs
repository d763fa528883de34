using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Channels;
using Ants.Driving;
using Ants.Protocol;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;

namespace Ants.Carriers;

/// <summary>
/// A WebSocket as a carrier: moves packets between it and the driver, and promises nothing about them. It has no timers of its
/// own but one: whoever it is for may have it end when nothing authentic comes.
/// </summary>
#pragma warning disable CA1001 // What is to be disposed is, at the end of RunAsync, which is how a carrier ends.
internal sealed class WebSocketCarrier : IReceivedMessage
#pragma warning restore CA1001
{
    // The other end has this long to answer a close before the connection is cut.
    private static readonly TimeSpan s_closeWithin = TimeSpan.FromSeconds(2);

    private readonly EndpointDriver _driver;
    private readonly WebSocket _socket;
    private readonly TimeSpan _patience;
    private readonly CancellationTokenSource _silence;
    private readonly OutgoingPackets _outgoing = new();
    private readonly Action _hasRoom;

    // Each holds one token at most: that there is something to send, and that the driver has taken what was received.
    private readonly Channel<bool> _toSend = OneToken<bool>();
    private readonly Channel<Session?> _taken = OneToken<Session?>();
    private byte[] _received = [];
    private int _from, _to;
    private volatile bool _isFinishing;
    private bool _isUnflushed;

    /// <param name="driver">Whose packets these are.</param>
    /// <param name="socket">Open; it is disposed when <see cref="RunAsync"/> is over.</param>
    /// <param name="number">What addresses call it.</param>
    /// <param name="time">Of the time limits.</param>
    /// <param name="trial">How long it has to bring something authentic; infinite for no limit.</param>
    /// <param name="patience">How long it may be silent after that.</param>
    public WebSocketCarrier(EndpointDriver driver, WebSocket socket, int number, TimeProvider time, TimeSpan trial, TimeSpan patience)
    {
        _driver = driver;
        _socket = socket;
        _patience = patience;
        _silence = new CancellationTokenSource(trial, time);
        From = CarrierAddress.WebSocket(number);
        _hasRoom = () => driver.Endpoint.OnRoom(From);
    }

    /// <inheritdoc/>
    public CarrierAddress From { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes => _received.AsSpan(_from, _to - _from);

    /// <summary>The last session that something authentic came for; null before. Set on the driver.</summary>
    public Session? User { get; private set; }

    /// <summary>
    /// On the driver: sends a packet with the next <see cref="Flush"/>, or drops it when too many wait already. Sessions are told when there
    /// is enough. Returns whether it is the first since the last flush.
    /// </summary>
    public bool Send(ReadOnlySpan<byte> packet)
    {
        if (_outgoing.Add(packet))
        {
            // Sealed and sent while the next one is gathered, where there is a processor for it.
            _toSend.Writer.TryWrite(true);
        }

        if (_outgoing.IsFull)
        {
            _driver.Endpoint.OnFull(From);
        }

        bool isFirst = !_isUnflushed;
        _isUnflushed = true;
        return isFirst;
    }

    /// <summary>On the driver: sends what was given.</summary>
    public void Flush()
    {
        _isUnflushed = false;
        _toSend.Writer.TryWrite(true);
    }

    /// <summary>Sends what waits, and then closes the connection in order.</summary>
    public void Finish()
    {
        _isFinishing = true;
        _silence.CancelAfter(s_closeWithin);
        _toSend.Writer.TryWrite(true);
    }

    /// <summary>Cuts the connection.</summary>
    public void Abort() => _silence.Cancel();

    /// <summary>Moves packets until the connection is over, however it ends.</summary>
    public async Task RunAsync()
    {
        Task sending = SendAllAsync();
        await ReceiveAllAsync();

        // Ends a send that waits for a peer that does not read.
        _socket.Abort();
        _toSend.Writer.TryComplete();
        await sending;
        _socket.Dispose();

        // Frees its timer. Not disposed: others may call it once more.
        await _silence.CancelAsync();
    }

    /// <inheritdoc/>
    public void OnTaken(Session? user)
    {
        User = user ?? User;
        _taken.Writer.TryWrite(user);
    }

    private static Channel<T> OneToken<T>() =>
        Channel.CreateBounded<T>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private static bool IsEnd(Exception e) =>
        e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or IOException;

    private async Task ReceiveAllAsync()
    {
        try
        {
            while (await TryReceiveAsync())
            {
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            // However a connection ends, all that can be said is that it is over.
            return;
        }
    }

    /// <summary>Receives the next message, and has it taken; false at the end, and for what is no message of packets.</summary>
    private async ValueTask<bool> TryReceiveAsync()
    {
        // Waits without a buffer: most connections of a relay are idle.
        ValueWebSocketReceiveResult result = await _socket.ReceiveAsync(Memory<byte>.Empty, _silence.Token);
        if (result.EndOfMessage || result.MessageType != WebSocketMessageType.Binary)
        {
            return result.MessageType == WebSocketMessageType.Binary;
        }

        _received = ArrayPool<byte>.Shared.Rent(PacketMessage.MaxLength);
        try
        {
            return await TryReceiveRestAsync(_received.AsMemory(0, PacketMessage.MaxLength));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(_received);
            (_received, _from, _to) = ([], 0, 0);
        }
    }

    private async ValueTask<bool> TryReceiveRestAsync(Memory<byte> buffer)
    {
        for (int length = 0; length < buffer.Length;)
        {
            ValueTask<ValueWebSocketReceiveResult> receive = _socket.ReceiveAsync(buffer[length..], _silence.Token);
            if (!receive.IsCompleted)
            {
                // Nothing more is there yet. Whole packets need not wait for the rest of their message.
                _to = _from + PacketMessage.WholeLength(buffer.Span[_from..length]);
                await TakeAsync();
            }

            ValueWebSocketReceiveResult result = await receive;
            length += result.Count;
            if (result.MessageType != WebSocketMessageType.Binary)
            {
                return false;
            }

            if (result.EndOfMessage)
            {
                _to = length;
                await TakeAsync();
                return true;
            }
        }

        return false;
    }

    private async ValueTask TakeAsync()
    {
        if (_to == _from)
        {
            return;
        }

        _driver.Deliver(this);
        bool isAuthentic = await _taken.Reader.ReadAsync() is not null;
        _from = _to;
        if (isAuthentic && !_isFinishing)
        {
            _silence.CancelAfter(_patience);
        }
    }

    private async Task SendAllAsync()
    {
        try
        {
            while (await _toSend.Reader.WaitToReadAsync())
            {
                _toSend.Reader.TryRead(out _);
                while (_outgoing.TryTake(out ReadOnlyMemory<byte> message, out byte[] buffer, out bool hasRoomAgain))
                {
                    if (hasRoomAgain)
                    {
                        _driver.Post(_hasRoom);
                    }

                    await _socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
                    OutgoingPackets.Return(buffer);
                }

                if (_isFinishing)
                {
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                    return;
                }
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            // The receiving side sees the end too; a half-open connection is found by the silence of its path.
            _silence.Cancel();
        }
    }
}
