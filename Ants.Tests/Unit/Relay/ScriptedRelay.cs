using System.Net;
using Ants.Driving;
using Ants.Protocol;
using Ants.Protocol.Handshake;
using Ants.Protocol.Relaying;
using Ants.Protocol.Sessions;
using Ants.Relay.Forwarding;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ants.Tests.Unit.Relay;

/// <summary>A relay that answers lookups with what a test wants, true or not.</summary>
internal sealed class ScriptedRelay : IEndpointOwner, IAsyncDisposable
{
    private readonly EndpointDriver _driver;

    public ScriptedRelay(AntsNetwork network, IPEndPoint at, AgentIdentity identity)
    {
        _driver = new EndpointDriver(network, network.Bind(at), identity, this, NullLogger.Instance);
        _driver.Start();
        Address = new RelayAddress(at.Address.ToString(), at.Port, new RelayId(identity.Id));
    }

    public RelayAddress Address { get; }

    /// <summary>What it is asked, in order.</summary>
    public List<(AgentId Wanted, bool MayAsk)> Asked { get; } = [];

    /// <summary>What it says to whoever asks for an agent; by default nothing at all.</summary>
    public Func<AgentId, IEnumerable<RelayControlMessage>> Answer { get; set; } = _ => [];

    /// <summary>The end that called last.</summary>
    public RelayedAgent? Caller { get; private set; }

    public Instant? NextTimeout => null;

    /// <summary>Tells the caller something that it has not asked for.</summary>
    public void Tell(RelayControlMessage message) => _driver.Post(() => Caller!.Control.TrySend(message));

    public void OnRequest(HandshakeRequest request) =>
        _driver.Endpoint.Accept(_driver.Now, request, new SessionOptions { GateDatagrams = false });

    public void OnSessionEvent(Session session, in SessionEvent e)
    {
        if (e.Kind == SessionEventKind.Established)
        {
            Caller = new RelayedAgent(session, _driver.Endpoint, 10_000);
        }
        else if (e.Kind == SessionEventKind.Stream && Caller!.Control.Owns(e.Stream))
        {
            Caller.Control.OnEvent(e.Stream);
        }
        else if (e.Kind == SessionEventKind.Stream)
        {
            Caller!.Requests.OnEvent(_driver.Now, e.Stream, OnControl);
            _driver.Endpoint.Wake(session);
        }
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

    private void OnControl(RelayControlMessage message)
    {
        if (message.TryReadLookup(out AgentId wanted, out bool mayAsk))
        {
            Asked.Add((wanted, mayAsk));
            foreach (RelayControlMessage answer in Answer(wanted))
            {
                Caller!.Control.TrySend(answer);
            }
        }
    }
}
