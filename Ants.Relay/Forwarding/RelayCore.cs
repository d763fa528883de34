using System.Net;
using Ants.Agents;
using Ants.Driving;
using Ants.Nat;
using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Handshake;
using Ants.Protocol.Paths;
using Ants.Protocol.Relaying;
using Ants.Protocol.Sessions;
using Ants.Protocol.Streams;
using Ants.Relay.Peering;
using Ants.Relay.Records;
using Microsoft.Extensions.Logging;

namespace Ants.Relay.Forwarding;

/// <summary>
/// What a relay does with its endpoint: an agent whose session is established is registered, until the session ends or a
/// newer one of the same agent is. Everything runs on the driver.
/// </summary>
internal sealed partial class RelayCore : IEndpointOwner, IAsyncDisposable
{
    private const string GoingAway = "the relay is shutting down";

    private readonly EndpointDriver _driver;
    private readonly RelayOptions _options;
    private readonly ILogger _logger;
    private readonly Dictionary<AgentId, RelayedAgent> _agents = [];
    private readonly RelayEntrance _entrance;
    private readonly PeerRelays _peers;
    private readonly RemoteLookups _others;
    private readonly Forwarder _forwarder;
    private readonly RecordStore _store = new();
    private readonly RecordDesk _records;
    private readonly RelayDrain _drain;
    private readonly ActionSchedule _schedule = new();
    private readonly StunService _stun;
    private readonly AgentConnections _connections;

    public RelayCore(RelayOptions options, IDatagramSocket socket, IDatagramSocket? stunSocket)
    {
        _options = options;
        _logger = options.LoggerFactory.CreateLogger("Ants.Relay");
        _driver = new EndpointDriver(options.Network, socket, options.Identity, this, _logger, announcesIdentity: true);
        _entrance = new RelayEntrance(_driver.Endpoint, options, _agents, Tally, _logger);
        _peers = new PeerRelays(options, _driver, _schedule, _logger);
        _others = new RemoteLookups(_peers, _store, options.Network.Time, Tally);
        _forwarder = new Forwarder(_driver, _agents, new MissedPeers(), Tally);
        _drain = new RelayDrain(_agents);
        _connections = new AgentConnections(_driver, options, Tally);
        _records = new RecordDesk(_store, _others, options.Network.Time, Tally, _logger);
        _stun = new StunService(_driver, stunSocket, options.AdvertisedPort ?? _driver.LocalEndPoint.Port, Tally);
    }

    public EndpointDriver Driver => _driver;

    /// <summary>The agents' WebSockets; may be used from anywhere.</summary>
    public AgentConnections Connections => _connections;

    /// <summary>The port at which only STUN is answered; 0 for none. May be read from anywhere.</summary>
    public int StunPort => _stun.OtherPort;

    public RelayTally Tally { get; } = new();

    /// <summary>Agents that are registered; may be read from anywhere.</summary>
    public int AgentCount { get; private set; }

    /// <summary>Whether agents have been told to move; may be read from anywhere.</summary>
    public bool IsDraining => _drain.IsOn;

    public Instant? NextTimeout => _schedule.NextTimeout;

    /// <summary>Begins to serve, and calls the other relays that it knows.</summary>
    public void Start()
    {
        _driver.Start();
        _stun.Start();
        _driver.Post(_peers.Start);
    }

    public void OnRequest(HandshakeRequest request) => _entrance.OnRequest(_driver.Now, request);

    public void OnSessionEvent(Session session, in SessionEvent e)
    {
        bool registered = _agents.TryGetValue(session.Peer, out RelayedAgent? agent) && agent.Session == session;
        switch (e.Kind)
        {
            case SessionEventKind.Established:
                Register(session);
                break;
            case SessionEventKind.Datagrams when registered:
                _forwarder.Drain(_driver.Now, agent!);
                break;
            case SessionEventKind.Stream when registered:
                OnStream(agent!, e.Stream);
                break;
            case SessionEventKind.Revived when registered:
                _forwarder.AnnounceArrival(_driver.Now, session.Peer);
                break;
            case SessionEventKind.Dormant:
                _peers.OnDormant(session);
                break;
            case SessionEventKind.Closed:
                Leave(session, registered, e.End!);
                break;
            default:
                break;
        }
    }

    public bool TryForward(Instant now, ReadOnlySpan<byte> packet, IPEndPoint from) => _forwarder.TryForward(now, packet, from);

    public bool TrySendVia(Instant now, CarrierAddress to, Span<byte> datagram, out IPEndPoint? onward)
    {
        onward = null;

        // One that is over drops it: who used it has been told.
        _connections.Send(to, datagram);
        return true;
    }

    public void Flush() => _connections.Flush();

    public bool TryHandleOther(ReadOnlySpan<byte> datagram, IPEndPoint from)
    {
        bool handled = _stun.TryHandle(datagram, from);
        if (!handled)
        {
            _driver.Endpoint.Counters.Garbage++;
        }

        return handled;
    }

    public void HandleTimeout(Instant now) => _schedule.Run(now);

    /// <summary>
    /// Tells every agent to move, and goes on forwarding. The task completes when nobody is left who can move; agents that
    /// call are refused from now on. May be called by anybody.
    /// </summary>
    public Task DrainAsync(TimeSpan deadline)
    {
        _driver.Post(() =>
        {
            _entrance.Closed = GoingAway;
            _drain.Begin(_driver.Now, deadline);
            _schedule.Add(_driver.Now + RelayDrain.Patience, () => _drain.Look(_driver.Now));
        });
        return _drain.Done;
    }

    /// <summary>Tells every agent that the relay stops, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _driver.Post(CloseAll);
        await _stun.StopAsync();
        await _driver.DisposeAsync();
        await _connections.FinishAllAsync();
        _peers.Dispose();
    }

    private void CloseAll()
    {
        _entrance.Closed = GoingAway;
        _peers.Stop();
        foreach (Session session in _agents.Values.Select(agent => agent.Session).Concat(_entrance.Unconfirmed).ToArray())
        {
            _driver.Endpoint.Close(_driver.Now, session, SessionErrorCode.GoingAway, GoingAway);
        }
    }

    private void Register(Session session)
    {
        Instant now = _driver.Now;
        _entrance.OnSettled(session);
        if (_agents.TryGetValue(session.Peer, out RelayedAgent? former))
        {
            _forwarder.RememberContacts(now, former);
            _forwarder.Forget(former);
        }

        RelayedAgent agent = new(session, _driver.Endpoint, _options.ForwardBytesPerSecond, _peers.Find(session.Peer) is not null);
        _agents[session.Peer] = agent;
        _store.OnRegistered(session.Peer);
        IPEndPoint? observed = session.Paths.Active?.Remote.EndPoint;
        LogRegistered(session.Peer, observed);
        if (!session.IsInitiator)
        {
            agent.Control.TrySend(RelayControlMessage.Registered(observed));
        }

        _peers.OnRegistered(agent);
        AgentCount = _agents.Count - _peers.HeldCount;
        _forwarder.AnnounceArrival(now, session.Peer);

        _drain.OnRegistered(now, agent);

        // The packet that established the session may have carried the first message, and is told of before.
        _forwarder.Drain(now, agent);
    }

    private void Leave(Session session, bool registered, SessionEnd end)
    {
        _entrance.OnSettled(session);
        _peers.OnClosed(session, end);
        if (registered)
        {
            if (end.Cause is not (SessionEndCause.Peer or SessionEndCause.Local))
            {
                _forwarder.RememberContacts(_driver.Now, _agents[session.Peer]);
            }

            _forwarder.Forget(_agents[session.Peer]);
            _agents.Remove(session.Peer);
            _store.OnLeft(session.Peer);
            AgentCount = _agents.Count - _peers.HeldCount;
            LogLeft(session.Peer, end.Cause, end.Code);
            _drain.Look(_driver.Now);
        }
    }

    private void OnStream(RelayedAgent agent, in StreamEvent e)
    {
        if (agent.Control.Owns(e))
        {
            agent.Control.OnEvent(e);
        }
        else
        {
            agent.Requests.OnEvent(_driver.Now, e, message => OnControl(agent, message));
            _driver.Endpoint.Wake(agent.Session);
        }
    }

    private void OnControl(RelayedAgent agent, in RelayControlMessage message)
    {
        switch (message.Type)
        {
            case RelayControlType.Publish:
                _records.OnPublish(_driver.Now, agent, message.Body);
                break;
            case RelayControlType.Lookup when message.TryReadLookup(out AgentId wanted, out bool mayAsk):
                _records.OnLookup(_driver.Now, agent, wanted, mayAsk);
                break;
            case RelayControlType.Record or RelayControlType.NotFound:
                _others.OnAnswer(agent, message);
                break;
            case RelayControlType.Knock when message.TryReadKnock(out int port, out ReadOnlySpan<byte> id):
                _stun.Knock(_driver.Now, agent, port, new StunTransactionId(id));
                break;
            case RelayControlType.Stays:
                agent.Stays = true;
                _drain.Look(_driver.Now);
                break;
            case RelayControlType.Drain:
                _peers.Find(agent.Id)?.OnDrain();
                break;
            default:
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Agent} registered from {Address}")]
    private partial void LogRegistered(AgentId agent, IPEndPoint? address);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Agent} left: {Cause}, {Code}")]
    private partial void LogLeft(AgentId agent, SessionEndCause cause, SessionErrorCode code);
}
