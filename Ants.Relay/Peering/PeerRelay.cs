using System.Net;
using Ants.Agents;
using Ants.Protocol;
using Ants.Protocol.Paths;
using Ants.Protocol.Relaying;
using Ants.Protocol.Sessions;
using Ants.Relay.Forwarding;

namespace Ants.Relay.Peering;

/// <summary>
/// Another relay that the operator has named: keeps a session with it up. Either of the two may have begun it; there is one
/// between them, as between any two ends. On the driver.
/// </summary>
internal sealed class PeerRelay(PeerRelays peers, RelayAddress address)
{
    // As an agent's attempt at a relay: one round trip, and room for four retransmissions.
    private static readonly TimeSpan s_attempt = TimeSpan.FromSeconds(5);

    // As an agent's too: a relay that returns is found within seconds, for 2 KB each time.
    private static readonly TimeSpan s_firstBackoff = TimeSpan.FromMilliseconds(500), s_maxBackoff = TimeSpan.FromSeconds(10);

    // A tenth less than a relay allows (RelayedAgent), whose clock is another one: what it turns away looks like "nobody knows".
    private const double AsksPerSecond = RelayedAgent.LookupsPerSecond * 0.9, AskBurst = RelayedAgent.LookupBurst * 0.9;

    // The relay's name may have several addresses.
    private const int MaxAddresses = 4;

    private static readonly SessionOptions s_sessionOptions = new()
    {
        DormantAfter = s_attempt,
        Linger = TimeSpan.Zero,
        Parameters = new TransportParameters
        {
            // Answers to lookups on one stream; one record fits each window. No packets of agents: relays do not forward to each other.
            InitialMaxStreams = 1,
            InitialMaxStreamData = 8192,
            InitialMaxData = 16_384,
            MaxDatagramSize = 0,
            IdleTimeout = TimeSpan.FromSeconds(90),
        },
    };

    private readonly TokenBucket _asks = new(AsksPerSecond, AskBurst);
    private ScheduledAction? _timer;
    private TimeSpan _backoff = s_firstBackoff;
    private int _attempts;
    private bool _isCalling;

    public RelayAddress Address { get; } = address;

    public AgentId Id { get; } = address.Id!.Value.ToAgentId();

    /// <summary>The session that this end begins; null when there is none, or it is established.</summary>
    public Session? Dialled { get; private set; }

    /// <summary>The other relay as what any registered end is here; null while there is no session.</summary>
    public RelayedAgent? Link { get; private set; }

    /// <summary>Whether it can be asked now, or perhaps in a moment: it is called, and has not failed to answer a call before.</summary>
    public bool IsHopeful => Link is not null || (_isCalling && Problem is null);

    /// <summary>Why there is no session; null while there is one, or before the first attempt has failed.</summary>
    public string? Problem { get; private set; }

    /// <summary>Begins an attempt, unless there is a session, or one under way.</summary>
    public void Connect()
    {
        if (Link is not null || Dialled is not null)
        {
            return;
        }

        _isCalling = true;
        int attempt = ++_attempts;
        _timer?.Cancel();
        _timer = peers.After(s_attempt, GiveUp);
        peers.Resolve(Address.Host, addresses =>
        {
            if (attempt == _attempts && _isCalling)
            {
                Call(addresses);
            }
        });
    }

    /// <summary>Asks the relay; false when it cannot be asked now, or has been asked as much as it allows.</summary>
    public bool TryAsk(AgentId wanted) =>
        Link is { } link && _asks.TryTake(peers.Now) && link.Control.TrySend(RelayControlMessage.Lookup(wanted, mayAsk: false));

    /// <summary>A session with the relay is established, whoever began it.</summary>
    public void OnHeld(RelayedAgent link)
    {
        _timer?.Cancel();
        (Link, Dialled, Problem, _isCalling, _backoff) = (link, null, null, false, s_firstBackoff);
    }

    /// <summary>The session, or the one that was to be, is over.</summary>
    public void OnOver(SessionEnd end)
    {
        // Another process with this relay's key has called there: to throw it out at once would only make it do the same.
        bool isSuperseded = end is { Cause: SessionEndCause.Peer, Code: SessionErrorCode.Superseded };
        Rest(end.Reason, isSuperseded);
    }

    /// <summary>The relay is about to stop: it need not wait for this one, and is called again when it has had time to start anew.</summary>
    public void OnDrain()
    {
        if (Link is { } link)
        {
            peers.Endpoint.Close(peers.Now, link.Session, SessionErrorCode.None, "the relay stops");
        }
    }

    /// <summary>Ends what is under way; a session that stands is the core's to close.</summary>
    public void Stop()
    {
        _timer?.Cancel();
        _isCalling = false;
        Abandon("this relay stops");
    }

    private void Call(IReadOnlyList<IPAddress> addresses)
    {
        if (addresses.Count == 0)
        {
            Rest($"the host '{Address.Host}' has no address", isSuperseded: false);
            return;
        }

        if (peers.Endpoint.TryGetSession(Id, out Session? standing) && !standing.IsOver)
        {
            // The other relay's call is being answered at this moment; if it comes to nothing the timer says so.
            return;
        }

        Dialled = peers.Endpoint.Connect(Id, peers.UnixTime, s_sessionOptions);
        foreach (IPAddress address in addresses.Take(MaxAddresses))
        {
            peers.Endpoint.AddVia(peers.Now, Dialled, CarrierAddress.Udp(new IPEndPoint(address, Address.Port)));
        }
    }

    private void GiveUp()
    {
        string problem = Dialled is { } session && peers.Endpoint.FindImpostor(session) is { } found
            ? $"it has another key than its address names: expected {Id}, found {found}"
            : $"no answer by UDP within {s_attempt.TotalSeconds:0} s";
        Rest(problem, isSuperseded: false);
    }

    /// <summary>There is no session now; the next attempt begins after some time, shortened at random.</summary>
    private void Rest(string problem, bool isSuperseded)
    {
        bool isNews = Link is not null || Problem is null;
        (Link, Problem, _isCalling) = (null, problem, false);
        Abandon(problem);
        TimeSpan wait = isSuperseded ? s_maxBackoff : _backoff;
        _backoff = _backoff * 2 < s_maxBackoff ? _backoff * 2 : s_maxBackoff;
        _timer?.Cancel();
        _timer = peers.After(wait * (0.5 + (peers.NextFraction() / 2)), Connect);
        peers.OnLost(this, isNews);
    }

    private void Abandon(string reason)
    {
        if (Dialled is { } session)
        {
            Dialled = null;
            peers.Endpoint.Abandon(session, new SessionEnd(SessionEndCause.HandshakeTimeout, SessionErrorCode.NoPath, reason));
        }
    }
}
