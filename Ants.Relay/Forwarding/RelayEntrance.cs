using System.Net;
using Ants.Crypto;
using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Handshake;
using Ants.Protocol.Paths;
using Ants.Protocol.Sessions;
using Microsoft.Extensions.Logging;

namespace Ants.Relay.Forwarding;

/// <summary>
/// Who gets a session with the relay, and who is turned away and why. Keeps those sessions that have not proved themselves yet. On
/// the driver.
/// </summary>
internal sealed partial class RelayEntrance(
    Endpoint endpoint, RelayOptions options, IReadOnlyDictionary<AgentId, RelayedAgent> agents, RelayTally tally, ILogger logger)
{
    // Handshakes that are answered and not confirmed stand for 10 s at most. This many allow a whole large relay's agents to
    // come back within a minute, at any round trip, and bound what replayed first messages can hold.
    private const int MaxUnconfirmed = 16_384;

    // Agents ping every 25 s: three may be lost.
    private static readonly TimeSpan s_idleTimeout = TimeSpan.FromSeconds(90);

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
            Forwards = FastPaths.Allow(FastPath.Forwarding),
        },
    };

    private readonly ILogger _logger = logger;
    private readonly HashSet<Session> _unconfirmed = [];
    private bool _isFull;

    /// <summary>Sessions that are answered and not established yet.</summary>
    public IReadOnlyCollection<Session> Unconfirmed => _unconfirmed;

    /// <summary>Why nobody is let in any more; null while the relay serves.</summary>
    public string? Closed { get; set; }

    /// <summary>Answers somebody who asks for a session.</summary>
    public void OnRequest(Instant now, HandshakeRequest request)
    {
        if (Closed is not null)
        {
            Refuse(request, SessionErrorCode.GoingAway, Closed);
        }
        else if (request.Peer == endpoint.Id)
        {
            Refuse(request, SessionErrorCode.Refused, "this is the relay's own key");
        }
        else if (IsFullFor(request.Peer))
        {
            Refuse(request, SessionErrorCode.Busy, "the relay serves as many agents as it is set to");
        }
        else if (endpoint.Accept(now, request, s_sessionOptions) is { } session)
        {
            _unconfirmed.Add(session);
        }
    }

    /// <summary>A session is established, or over.</summary>
    public void OnSettled(Session session) => _unconfirmed.Remove(session);

    private bool IsFullFor(AgentId peer)
    {
        if (_unconfirmed.Count >= MaxUnconfirmed || (agents.Count + _unconfirmed.Count >= options.MaxAgents && !agents.ContainsKey(peer)))
        {
            if (!_isFull)
            {
                _isFull = true;
                LogFull(agents.Count, _unconfirmed.Count);
            }

            return true;
        }

        return _isFull = false;
    }

    private void Refuse(HandshakeRequest request, SessionErrorCode code, string reason)
    {
        tally.Refused++;
        endpoint.Refuse(request, code, reason);
        LogRefused(request.Peer, request.From.EndPoint, reason);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Refused {Agent} at {Address}: {Reason}")]
    private partial void LogRefused(AgentId agent, IPEndPoint? address, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Agents are refused: {Registered} are registered and {Unconfirmed} are being so, the most that is allowed")]
    private partial void LogFull(int registered, int unconfirmed);
}
