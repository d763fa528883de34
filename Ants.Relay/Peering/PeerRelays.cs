using System.Net;
using Ants.Agents;
using Ants.Driving;
using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Sessions;
using Ants.Relay.Forwarding;
using Microsoft.Extensions.Logging;

namespace Ants.Relay.Peering;

/// <summary>
/// The relays that the operator has named as known to this one, and the sessions with them. No others: what strangers name is never
/// called, so nobody can make a relay send to an address of their choice. On the driver.
/// </summary>
internal sealed partial class PeerRelays : IDisposable
{
    private readonly EndpointDriver _driver;
    private readonly ActionSchedule _schedule;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly NameLookup _names;
    private readonly CancellationTokenSource _stop = new();
    private readonly PeerRelay[] _all;

    public PeerRelays(RelayOptions options, EndpointDriver driver, ActionSchedule schedule, ILogger logger)
    {
        (_driver, _schedule, _time, _logger) = (driver, schedule, options.Network.Time, logger);
        _names = new NameLookup(options.Network, driver, logger);

        // So that one list serves all relays of an operator.
        _all = [.. options.PeerRelays.Where(relay => relay.Id!.Value.ToAgentId() != options.Identity.Id).Select(relay => new PeerRelay(this, relay))];
    }

    /// <summary>A session with a relay is there: what was to be asked can be.</summary>
    public Action<PeerRelay>? Held { get; set; }

    /// <summary>There is no session with a relay any more, or none could be had.</summary>
    public Action<PeerRelay>? Lost { get; set; }

    public IReadOnlyList<PeerRelay> All => _all;

    public Endpoint Endpoint => _driver.Endpoint;

    public Instant Now => _driver.Now;

    /// <summary>Since 1970, by the clock on the wall.</summary>
    public TimeSpan UnixTime => _time.GetUtcNow() - DateTimeOffset.UnixEpoch;

    /// <summary>Relays with which there is a session.</summary>
    public int HeldCount => _all.Count(peer => peer.Link is not null);

    public PeerRelay? Find(AgentId id) => Array.Find(_all, peer => peer.Id == id);

    /// <summary>Calls them all.</summary>
    public void Start() => Array.ForEach(_all, peer => peer.Connect());

    /// <summary>Ends what is under way, for good.</summary>
    public void Stop()
    {
        _stop.Cancel();
        Array.ForEach(_all, peer => peer.Stop());
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>Whoever is registered may be one of them.</summary>
    public void OnRegistered(RelayedAgent link)
    {
        if (Find(link.Id) is { } peer)
        {
            peer.OnHeld(link);
            LogHeld(peer.Address);
            Held?.Invoke(peer);
        }
    }

    /// <summary>A session is over that may have been with one of them, or was to be.</summary>
    public void OnClosed(Session session, SessionEnd end)
    {
        if (Find(session.Peer) is { } peer && (peer.Dialled == session || peer.Link?.Session == session) && !_stop.IsCancellationRequested)
        {
            peer.OnOver(end);
        }
    }

    /// <summary>A session has been silent under probing: it is given up if it is with one of them, and the relay called anew.</summary>
    public void OnDormant(Session session)
    {
        if (Find(session.Peer)?.Link?.Session == session)
        {
            Endpoint.Abandon(session, new SessionEnd(SessionEndCause.NoPath, SessionErrorCode.NoPath, "the relay went silent"));
        }
    }

    public ScheduledAction After(TimeSpan delay, Action action) => _schedule.Add(Now + delay, action);

    public void Resolve(string host, Action<IReadOnlyList<IPAddress>> then) => _ = _names.ResolveAsync(host, then, _stop.Token);

    /// <summary>A random number from 0 to below 1, for jitter.</summary>
    public double NextFraction() => (Endpoint.NextRandom() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A relay cannot be asked now. Said once for each time that it could.</summary>
    public void OnLost(PeerRelay peer, bool isNews)
    {
        if (isNews)
        {
            LogLost(peer.Address, peer.Problem!);
        }

        Lost?.Invoke(peer);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Asks the relay {Relay} for records from now on")]
    private partial void LogHeld(RelayAddress relay);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The relay {Relay} cannot be asked for records: {Problem}")]
    private partial void LogLost(RelayAddress relay, string problem);
}
