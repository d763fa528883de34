using Ants.Protocol;

namespace Ants.Carriers;

/// <summary>One attempt to have a WebSocket to a relay, and the connection that came of it. On the driver.</summary>
internal sealed class WebSocketDial(TimeProvider time) : IDisposable
{
    // TCP, a proxy, TLS and the upgrade take five round trips; a connection that takes longer than this is of no use.
    private static readonly TimeSpan s_connectWithin = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new(s_connectWithin, time);

    /// <summary>Ends the attempt.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>The connection; null while there is none.</summary>
    public WebSocketCarrier? Carrier { get; private set; }

    /// <summary>Whether nobody wants it any more.</summary>
    public bool IsDropped { get; private set; }

    public void OnConnected(WebSocketCarrier carrier) => Carrier = carrier;

    /// <summary>Ends the attempt, or the connection: in order, so that what was said last arrives.</summary>
    public void Drop()
    {
        if (!IsDropped)
        {
            IsDropped = true;
            _stop.Cancel();
            Carrier?.Finish();
        }
    }

    /// <summary>The connection is over, or there is none.</summary>
    public void Dispose()
    {
        IsDropped = true;
        _stop.Dispose();
    }
}
