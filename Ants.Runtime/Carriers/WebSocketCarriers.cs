using System.Collections.Concurrent;
using System.Net.WebSockets;
using Ants.Driving;
using Ants.Protocol;

namespace Ants.Carriers;

/// <summary>The WebSockets of one endpoint, by their numbers. Safe to use from any thread, but for what is said to be on the driver.</summary>
internal sealed class WebSocketCarriers(EndpointDriver driver, TimeProvider time)
{
    private readonly ConcurrentDictionary<int, WebSocketCarrier> _carriers = new();
    private readonly ConcurrentDictionary<int, Task> _running = new();
    private readonly List<WebSocketCarrier> _unflushed = [];
    private int _lastNumber;

    /// <summary>Connections that are open.</summary>
    public int Count => _carriers.Count;

    /// <summary>Takes a connection over, which moves nothing before <see cref="RunAsync"/>.</summary>
    /// <param name="socket">Open.</param>
    /// <param name="trial">How long it has to bring something authentic; infinite for no limit.</param>
    /// <param name="patience">How long it may be silent after that; infinite for no limit.</param>
    public WebSocketCarrier Add(WebSocket socket, TimeSpan trial, TimeSpan patience)
    {
        WebSocketCarrier carrier = new(driver, socket, Interlocked.Increment(ref _lastNumber), time, trial, patience);
        _carriers[carrier.From.Link] = carrier;
        return carrier;
    }

    /// <summary>Moves packets until the connection is over; then the session on it has been told.</summary>
    public async Task RunAsync(WebSocketCarrier carrier)
    {
        Task running = carrier.RunAsync();
        _running[carrier.From.Link] = running;
        await running;
        _running.TryRemove(carrier.From.Link, out _);
        _carriers.TryRemove(carrier.From.Link, out _);
        driver.Post(() =>
        {
            driver.Endpoint.OnRoom(carrier.From);
            if (carrier.User is { } user)
            {
                driver.Endpoint.OnConnectionLost(driver.Now, user, carrier.From);
            }
        });
    }

    /// <summary>
    /// On the driver: sends a packet with the next <see cref="Flush"/>; it is dropped when the connection is over, which its session hears
    /// otherwise.
    /// </summary>
    public void Send(CarrierAddress to, ReadOnlySpan<byte> packet)
    {
        if (_carriers.TryGetValue(to.Link, out WebSocketCarrier? carrier) && carrier.Send(packet))
        {
            _unflushed.Add(carrier);
        }
    }

    /// <summary>On the driver: sends what was given.</summary>
    public void Flush()
    {
        foreach (WebSocketCarrier carrier in _unflushed)
        {
            carrier.Flush();
        }

        _unflushed.Clear();
    }

    /// <summary>Sends what waits on all connections, and closes them; each has a short time for that.</summary>
    public async Task FinishAllAsync()
    {
        foreach (WebSocketCarrier carrier in _carriers.Values)
        {
            carrier.Finish();
        }

        await Task.WhenAll(_running.Values);
    }
}
