using System.Net;
using System.Net.WebSockets;
using Ants.Carriers;
using Ants.Driving;
using Ants.Protocol;

namespace Ants.Relay.Forwarding;

/// <summary>
/// The WebSockets that agents have opened: as many as allowed, in all and from one address, and none that brings nothing. Safe
/// to use from any thread.
/// </summary>
internal sealed class AgentConnections(EndpointDriver driver, RelayOptions options, RelayTally tally)
{
    // A handshake takes three round trips; who has not finished it by now is no agent, or has lost interest.
    private static readonly TimeSpan s_trial = TimeSpan.FromSeconds(10);

    // As long as a silent session lasts: agents ping every 25 s, and three may be lost.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    // RFC 6455 section 7.4.2 and its registry: 1013, try again later.
    private const WebSocketCloseStatus TryAgainLater = (WebSocketCloseStatus)1013;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _perAddress = [];
    private readonly WebSocketCarriers _carriers = new(driver, options.Network.Time);
    private int _count;

    /// <summary>Connections that are open.</summary>
    public int Count => _carriers.Count;

    /// <summary>Serves a connection from an address until it is over.</summary>
    public async Task RunAsync(WebSocket socket, IPAddress from)
    {
        if (!TryEnter(from))
        {
            await RefuseAsync(socket);
            return;
        }

        try
        {
            await _carriers.RunAsync(_carriers.Add(socket, s_trial, s_patience));
        }
        finally
        {
            Leave(from);
        }
    }

    /// <summary>On the driver: takes a packet to a connection, with the next <see cref="Flush"/>; it is dropped when that is over.</summary>
    public void Send(CarrierAddress to, ReadOnlySpan<byte> packet) => _carriers.Send(to, packet);

    /// <summary>On the driver: sends what connections have been given.</summary>
    public void Flush() => _carriers.Flush();

    /// <summary>Sends what waits, and closes all within a short time.</summary>
    public Task FinishAllAsync() => _carriers.FinishAllAsync();

    private static async Task RefuseAsync(WebSocket socket)
    {
        try
        {
            await socket.CloseOutputAsync(TryAgainLater, "the relay serves as many connections as it is set to", CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // Gone already.
            return;
        }
        finally
        {
            socket.Dispose();
        }
    }

    private bool TryEnter(IPAddress from)
    {
        lock (_gate)
        {
            int here = _perAddress.GetValueOrDefault(from);
            if (_count >= options.MaxWebSockets || here >= options.MaxWebSocketsPerAddress)
            {
                tally.ConnectionsRefused++;
                return false;
            }

            _count++;
            _perAddress[from] = here + 1;
            return true;
        }
    }

    private void Leave(IPAddress from)
    {
        lock (_gate)
        {
            _count--;
            if (--_perAddress[from] == 0)
            {
                _perAddress.Remove(from);
            }
        }
    }
}
