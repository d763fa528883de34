using System.Net;
using Ants.Agents;
using Ants.Driving;
using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Handshake;
using Ants.Protocol.Paths;
using Ants.Protocol.Relaying;
using Ants.Protocol.Sessions;
using Ants.Protocol.Streams;
using Ants.Relay.Records;
using Microsoft.Extensions.Logging;

namespace Ants.Relay.Forwarding;

/// <summary>
/// What a relay does with its endpoint: an agent whose session is established is registered, until the session ends or a
/// newer one of the same agent is. Everything runs on the driver.
/// </summary>
internal sealed partial class RelayCore : IEndpointOwner, IAsyncDisposable
{
    // Agents ping every 25 s: three may be lost.
    private static readonly TimeSpan s_idleTimeout = TimeSpan.FromSeconds(90);

    // Handshakes that are answered and not confirmed stand for 10 s at most. This many allow a whole large relay's agents to
    // come back within a minute, at any round trip, and bound what replayed first messages can hold.
    private const int MaxUnconfirmed = 16_384;

    private static readonly SessionOptions s_sessionOptions = new()
    {
        // A tunnelled packet is governed by the session inside it; the agent, which knows its NAT, keeps the mapping alive.
        GateDatagrams = false,
        KeepAlive = TimeSpan.Zero,
        Linger = s_idleTimeout,
        Parameters = new TransportParameters
        {
            // One stream with an agent's requests, and a few more to be turned away in order. One record fits each window.
            InitialMaxStreams = 4,
            InitialMaxStreamData = 4096,
            InitialMaxData = 16_384,
            MaxDatagramSize = PacketSize.MaxDatagram,
            IdleTimeout = s_idleTimeout,
        },
    };

    private readonly EndpointDriver _driver;
    private readonly RelayOptions _options;
    private readonly ILogger _logger;
    private readonly Dictionary<AgentId, RelayedAgent> _agents = [];
    private readonly HashSet<Session> _unconfirmed = [];
    private readonly Forwarder _forwarder;
    private readonly RecordStore _store = new();
    private readonly RecordDesk _records;
    private readonly RelayDrain _drain;
    private readonly ActionSchedule _schedule = new();
    private readonly StunService _stun;
    private readonly AgentConnections _connections;
    private bool _isFull;
    private bool _isStopping;

    public RelayCore(RelayOptions options, IDatagramSocket socket)
    {
        _options = options;
        _logger = options.LoggerFactory.CreateLogger("Ants.Relay");
        _driver = new EndpointDriver(options.Network, socket, options.Identity, this, _logger, announcesIdentity: true);
        _forwarder = new Forwarder(_agents, new MissedPeers(), Tally);
        _drain = new RelayDrain(_agents);
        _connections = new AgentConnections(_driver, options, Tally);
        _records = new RecordDesk(_store, options.Network.Time, Tally, _logger);
        _stun = new StunService(_driver.Endpoint.NextRandom(), _driver.Now, Tally);
    }

    public EndpointDriver Driver => _driver;

    /// <summary>The agents' WebSockets; may be used from anywhere.</summary>
    public AgentConnections Connections => _connections;

    public RelayTally Tally { get; } = new();

    /// <summary>Agents that are registered; may be read from anywhere.</summary>
    public int AgentCount { get; private set; }

    /// <summary>Whether agents have been told to move; may be read from anywhere.</summary>
    public bool IsDraining => _drain.IsOn;

    public Instant? NextTimeout => _schedule.NextTimeout;

    public void OnRequest(HandshakeRequest request)
    {
        if (_isStopping || _drain.IsOn)
        {
            Refuse(request, SessionErrorCode.GoingAway, "the relay is shutting down");
        }
        else if (request.Peer == _driver.Endpoint.Id)
        {
            Refuse(request, SessionErrorCode.Refused, "this is the relay's own key");
        }
        else if (IsFullFor(request.Peer))
        {
            Refuse(request, SessionErrorCode.Busy, "the relay serves as many agents as it is set to");
        }
        else if (_driver.Endpoint.Accept(_driver.Now, request, s_sessionOptions) is { } session)
        {
            _unconfirmed.Add(session);
        }
    }

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
            case SessionEventKind.Closed:
                Leave(session, registered, e.End!);
                break;
            default:
                break;
        }
    }

    public bool TrySendVia(CarrierAddress to, ReadOnlySpan<byte> datagram)
    {
        // One that is over drops it: who used it has been told.
        _connections.Send(to, datagram);
        return true;
    }

    public bool TryHandleOther(ReadOnlySpan<byte> datagram, IPEndPoint from)
    {
        bool handled = _stun.TryHandle(_driver.Now, datagram, from, out ReadOnlySpan<byte> answer);
        if (!answer.IsEmpty)
        {
            _driver.SendDatagram(from, answer);
        }

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
            _drain.Begin(_driver.Now, deadline);
            _schedule.Add(_driver.Now + RelayDrain.Patience, () => _drain.Look(_driver.Now));
        });
        return _drain.Done;
    }

    /// <summary>Tells every agent that the relay stops, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _driver.Post(CloseAll);
        await _driver.DisposeAsync();
        await _connections.FinishAllAsync();
    }

    private void CloseAll()
    {
        _isStopping = true;
        foreach (Session session in _agents.Values.Select(agent => agent.Session).Concat(_unconfirmed).ToArray())
        {
            _driver.Endpoint.Close(_driver.Now, session, SessionErrorCode.GoingAway, "the relay is shutting down");
        }
    }

    private bool IsFullFor(AgentId peer)
    {
        if (_unconfirmed.Count >= MaxUnconfirmed || (_agents.Count + _unconfirmed.Count >= _options.MaxAgents && !_agents.ContainsKey(peer)))
        {
            if (!_isFull)
            {
                _isFull = true;
                LogFull(_agents.Count, _unconfirmed.Count);
            }

            return true;
        }

        return _isFull = false;
    }

    private void Refuse(HandshakeRequest request, SessionErrorCode code, string reason)
    {
        Tally.Refused++;
        _driver.Endpoint.Refuse(request, code, reason);
        LogRefused(request.Peer, request.From.EndPoint, reason);
    }

    private void Register(Session session)
    {
        Instant now = _driver.Now;
        _unconfirmed.Remove(session);
        if (_agents.TryGetValue(session.Peer, out RelayedAgent? former))
        {
            _forwarder.RememberContacts(now, former);
        }

        RelayedAgent agent = new(session, _driver.Endpoint, _options.ForwardBytesPerSecond);
        _agents[session.Peer] = agent;
        _store.OnRegistered(session.Peer);
        AgentCount = _agents.Count;
        IPEndPoint? observed = session.Paths.Active?.Remote.EndPoint;
        LogRegistered(session.Peer, observed);
        agent.Control.TrySend(RelayControlMessage.Registered(observed));
        _forwarder.AnnounceArrival(now, session.Peer);

        _drain.OnRegistered(now, agent);

        // The packet that established the session may have carried the first message, and is told of before.
        _forwarder.Drain(now, agent);
    }

    private void Leave(Session session, bool registered, SessionEnd end)
    {
        _unconfirmed.Remove(session);
        if (registered)
        {
            if (end.Cause is not (SessionEndCause.Peer or SessionEndCause.Local))
            {
                _forwarder.RememberContacts(_driver.Now, _agents[session.Peer]);
            }

            _agents.Remove(session.Peer);
            _store.OnLeft(session.Peer);
            AgentCount = _agents.Count;
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
        if (message.Type == RelayControlType.Publish)
        {
            _records.OnPublish(_driver.Now, agent, message.Body);
        }
        else if (message.Type == RelayControlType.Stays)
        {
            agent.Stays = true;
            _drain.Look(_driver.Now);
        }
        else if (message.TryReadLookup(out AgentId wanted, out _))
        {
            _records.OnLookup(_driver.Now, agent, wanted);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Agent} registered from {Address}")]
    private partial void LogRegistered(AgentId agent, IPEndPoint? address);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Agent} left: {Cause}, {Code}")]
    private partial void LogLeft(AgentId agent, SessionEndCause cause, SessionErrorCode code);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Refused {Agent} at {Address}: {Reason}")]
    private partial void LogRefused(AgentId agent, IPEndPoint? address, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Agents are refused: {Registered} are registered and {Unconfirmed} are being so, the most that is allowed")]
    private partial void LogFull(int registered, int unconfirmed);
}
