using System.Net;
using Ants.Driving;
using Ants.Protocol;
using Ants.Protocol.Handshake;
using Ants.Protocol.Sessions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ants.Tests.Simulation.Agents;

/// <summary>A relay that accepts every session and then says nothing.</summary>
internal sealed class MuteRelay : IEndpointOwner, IAsyncDisposable
{
    private readonly EndpointDriver _driver;

    public MuteRelay(AntsNetwork network, IPEndPoint at, AgentIdentity identity)
    {
        _driver = new EndpointDriver(network, network.Bind(at), identity, this, NullLogger.Instance);
        _driver.Start();
    }

    /// <summary>Sessions that it has accepted.</summary>
    public int Accepted { get; private set; }

    public Instant? NextTimeout => null;

    public void OnRequest(HandshakeRequest request)
    {
        Accepted++;
        _driver.Endpoint.Accept(_driver.Now, request, new SessionOptions());
    }

    public void OnSessionEvent(Session session, in SessionEvent e)
    {
    }

    public bool TrySendVia(Instant now, CarrierAddress to, Span<byte> datagram, out IPEndPoint? onward)
    {
        onward = null;
        return false;
    }

    public bool TryHandleOther(ReadOnlySpan<byte> datagram, IPEndPoint from) => false;

    public void HandleTimeout(Instant now)
    {
    }

    public ValueTask DisposeAsync() => _driver.DisposeAsync();
}
