using System.Net.WebSockets;
using Ants.Agents;
using Ants.Protocol;
using Microsoft.Extensions.Logging;

namespace Ants.Carriers;

/// <summary>The connections of an agent to its relays, beside the one UDP socket. On the driver, unless a member says otherwise.</summary>
internal sealed partial class AgentCarriers(AgentCore core, AntsOptions options)
{
    private readonly ILogger _logger = options.LoggerFactory.CreateLogger("Ants.Agent");
    private readonly WebSocketCarriers _webSockets = new(core.Driver, options.Network.Time);

    /// <summary>What is known of UDP in the present network.</summary>
    public UdpOutlook Udp { get; } = new();

    /// <summary>Sends a packet over a WebSocket with the next <see cref="Flush"/>, or drops it.</summary>
    public void Send(CarrierAddress to, ReadOnlySpan<byte> packet) => _webSockets.Send(to, packet);

    /// <summary>Sends what connections have been given.</summary>
    public void Flush() => _webSockets.Flush();

    /// <summary>
    /// Begins to open a WebSocket to a relay. <paramref name="connected"/> is called when it is there, unless nobody wants it any
    /// more; <paramref name="over"/> when it has ended, or with the reason when it could not be opened.
    /// </summary>
    public WebSocketDial Dial(RelayAddress relay, Action<WebSocketDial> connected, Action<WebSocketDial, string?> over)
    {
        WebSocketDial dial = new(options.Network.Time);
        WebSocketRequest request = new()
        {
            Address = new UriBuilder("wss", relay.Host, relay.Port, WebSocketRequest.Path).Uri,
            Proxy = options.Proxy,

            // DESIGN: with the key in the address any certificate is accepted, since the session inside authenticates the relay.
            AcceptsAnyCertificate = relay.Id is not null,
        };

        // Away from the driver: what a system does to find its proxy may take a while.
        core.Scheduler.Schedule(_ => _ = DialAsync(dial, request, connected, over), null);
        return dial;
    }

    /// <summary>Says by what a relay is reached, and from now on.</summary>
    public void Note(RelayAddress relay, CarrierKind carrier) => LogReached(relay, carrier == CarrierKind.Udp ? "UDP" : "WebSocket");

    /// <summary>Sends what waits and closes all connections, within a short time. May be called by anybody.</summary>
    public Task FinishAllAsync() => _webSockets.FinishAllAsync();

    private async Task DialAsync(WebSocketDial dial, WebSocketRequest request, Action<WebSocketDial> connected, Action<WebSocketDial, string?> over)
    {
        WebSocketCarrier carrier;
        try
        {
            WebSocket socket = await options.Network.ConnectWebSocketAsync(request, dial.Stop);
            carrier = _webSockets.Add(socket, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
#pragma warning disable CA1031 // Whatever stands in the way, there is no connection; the reason is told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            End(e is OperationCanceledException ? "no answer in time" : e.GetBaseException().Message);
            return;
        }

        core.Driver.Post(() =>
        {
            dial.OnConnected(carrier);
            if (dial.IsDropped)
            {
                carrier.Finish();
            }
            else
            {
                connected(dial);
            }
        });
        await _webSockets.RunAsync(carrier);
        End(null);

        void End(string? problem) => core.Driver.Post(() =>
        {
            dial.Dispose();
            over(dial, problem);
        });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Reached by {Carrier} now: {Relay}")]
    private partial void LogReached(RelayAddress relay, string carrier);
}
