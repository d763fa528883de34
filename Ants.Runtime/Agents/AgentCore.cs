using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Ants.Driving;
using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Handshake;
using Ants.Protocol.Sessions;
using Microsoft.Extensions.Logging;

namespace Ants.Agents;

/// <summary>
/// What an agent is made of, joined: the driver, relay links, sessions with peers, candidates. Its members run on the driver
/// unless they say otherwise.
/// </summary>
internal sealed partial class AgentCore : IEndpointOwner, IAsyncDisposable
{
    // Sessions that the application has not asked for yet; one that only serves streams never asks.
    private const int MaxUnaccepted = 64;

    private readonly AntsOptions _options;
    private readonly ILogger _logger;
    private readonly ActionSchedule _schedule = new();
    private readonly List<RelayLink> _links = [];
    private readonly Dictionary<Session, PeerSession> _peers = [];
    private readonly SessionOptions _peerProfile;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<AntsSession> _incoming = Channel.CreateBounded<AntsSession>(
        new BoundedChannelOptions(MaxUnaccepted) { FullMode = BoundedChannelFullMode.DropOldest });

    public AgentCore(AntsOptions options, IDatagramSocket socket)
    {
        _options = options;
        _logger = options.LoggerFactory.CreateLogger("Ants.Agent");
        _peerProfile = SessionProfiles.Peer(options.SessionLinger);
        Driver = new EndpointDriver(options.Network, socket, options.Identity, this, _logger);
        Gatherer = new CandidateGatherer(this, options);
        Dispatcher = new StreamDispatcher(options.Network.Scheduler, _logger, _stop.Token);
    }

    public EndpointDriver Driver { get; }

    public Endpoint Endpoint => Driver.Endpoint;

    public CandidateGatherer Gatherer { get; }

    public StreamDispatcher Dispatcher { get; }

    public IReadOnlyList<RelayLink> Links => _links;

    public PipeScheduler Scheduler => _options.Network.Scheduler;

    public Instant Now => Driver.Now;

    /// <inheritdoc/>
    public Instant? NextTimeout => _schedule.NextTimeout;

    /// <summary>Sessions that peers began. May be read by anybody.</summary>
    public ChannelReader<AntsSession> Incoming => _incoming.Reader;

    /// <summary>Told on the driver whenever a relay link is held, fails or is lost.</summary>
    public Action? LinksChanged { get; set; }

    /// <summary>Has <paramref name="action"/> done on the driver after <paramref name="delay"/>.</summary>
    public ScheduledAction After(TimeSpan delay, Action action) => _schedule.Add(Now + delay, action);

    /// <summary>Has <paramref name="action"/> done on the driver at <paramref name="time"/>.</summary>
    public ScheduledAction At(Instant time, Action action) => _schedule.Add(time, action);

    public void FillRandom(Span<byte> destination) => _options.Network.Entropy.Fill(destination);

    /// <summary>A random number from 0 to below 1, for jitter.</summary>
    public double NextFraction()
    {
        Span<byte> bytes = stackalloc byte[4];
        FillRandom(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes) / (uint.MaxValue + 1.0);
    }

    /// <summary>Looks a host up away from the driver; <paramref name="then"/> runs on it.</summary>
    public void Resolve(string host, Action<IReadOnlyList<IPAddress>> then) => _ = ResolveAsync(host, then);

    /// <summary>Begins a session, or takes up the one that there is.</summary>
    public Session Connect(AgentId peer, SessionOptions profile) =>
        Endpoint.Connect(peer, _options.Network.Time.GetUtcNow() - DateTimeOffset.UnixEpoch, profile);

    /// <summary>The link to a relay, made when there is none yet.</summary>
    public RelayLink AddLink(RelayAddress address)
    {
        RelayLink? link = _links.Find(known => known.Address == address);
        if (link is null)
        {
            link = new RelayLink(this, _links.Count + 1, address);
            _links.Add(link);
            link.Connect();
        }

        return link;
    }

    /// <summary>Where a relay link leads.</summary>
    public IPEndPoint EndPointOf(int link) => _links[link - 1].EndPoint ?? new IPEndPoint(IPAddress.None, 0);

    /// <summary>
    /// The session with a peer: the one that stands or is being opened, or a new one that is tried over every held link and
    /// every direct address at once.
    /// </summary>
    public PeerSession ConnectPeer(Invite invite)
    {
        foreach (RelayAddress relay in invite.Relays)
        {
            AddLink(relay);
        }

        if (Endpoint.TryGetSession(invite.PeerId, out Session? session) && !session.IsOver && _peers.TryGetValue(session, out PeerSession? known))
        {
            return known;
        }

        PeerSession peer = AddPeer(Connect(invite.PeerId, _peerProfile));
        foreach (RelayLink link in _links.Where(link => link.State == RelayLinkState.Held))
        {
            Endpoint.AddVia(Now, peer.Session, CarrierAddress.Relayed(link.Number, invite.PeerId));
        }

        foreach (IPEndPoint direct in _options.RelayOnly ? [] : invite.DirectAddresses)
        {
            Endpoint.AddVia(Now, peer.Session, CarrierAddress.Udp(direct));
        }

        PeerPatience.Watch(this, peer, invite, _options.ConnectTimeout);
        return peer;
    }

    /// <summary>Ends a session.</summary>
    public void Close(PeerSession peer, SessionErrorCode code, string reason) => Endpoint.Close(Now, peer.Session, code, reason);

    /// <summary>Ends everything, and says so to peers and relays.</summary>
    public void Stop()
    {
        _stop.Cancel();
        foreach (PeerSession peer in _peers.Values.ToArray())
        {
            Close(peer, SessionErrorCode.None, "the agent stops");
        }

        foreach (RelayLink link in _links)
        {
            link.Stop(Now);
        }

        _incoming.Writer.TryComplete();
    }

    /// <summary>Ends the driver; <see cref="Stop"/> comes before.</summary>
    public async ValueTask DisposeAsync()
    {
        await Driver.DisposeAsync();
        _stop.Dispose();
    }

    /// <inheritdoc/>
    public void OnRequest(HandshakeRequest request)
    {
        bool relayed = request.From.Kind == CarrierKind.Relayed;
        if (_stop.IsCancellationRequested || (_options.RelayOnly && !relayed) || _links.Exists(link => link.Address.Id! == request.Peer))
        {
            return;
        }

        Admission admission = Authorize(new PeerRequest(request.Peer, relayed ? PathKind.Relayed : PathKind.Direct));
        if (!admission.IsAccepted)
        {
            Endpoint.Refuse(request, SessionErrorCode.Refused, admission.Reason);
            LogRefused(request.Peer, admission.Reason);
        }
        else if (Endpoint.Accept(Now, request, _peerProfile) is { } session && !_peers.ContainsKey(session))
        {
            _peers[session] = new PeerSession(this, session, traverses: !_options.RelayOnly);
        }
    }

    /// <inheritdoc/>
    public void OnSessionEvent(Session session, in SessionEvent e)
    {
        if (_links.Find(link => link.Session == session) is { } relay)
        {
            relay.OnEvent(Now, e);
        }
        else if (_peers.TryGetValue(session, out PeerSession? peer))
        {
            peer.OnEvent(Now, e);
            if (e.Kind == SessionEventKind.Established && !session.IsInitiator)
            {
                _incoming.Writer.TryWrite(peer.Public);
            }
        }
    }

    /// <inheritdoc/>
    public bool TrySendVia(CarrierAddress to, ReadOnlySpan<byte> datagram) =>
        to.Link >= 1 && to.Link <= _links.Count && _links[to.Link - 1].TrySend(to.Peer, datagram);

    /// <inheritdoc/>
    public bool TryHandleOther(ReadOnlySpan<byte> datagram, IPEndPoint from) => Gatherer.TryHandle(Now, datagram, from);

    /// <inheritdoc/>
    public void HandleTimeout(Instant now) => _schedule.Run(now);

    /// <summary>A link is held: sessions that wait for a carrier are tried over it, and those that had one have it again.</summary>
    public void OnLinkHeld(RelayLink link)
    {
        LogHeld(link.Address);
        Gatherer.Refresh();
        foreach (PeerSession peer in _peers.Values)
        {
            if (peer.Session.State == SessionState.Connecting)
            {
                Endpoint.AddVia(Now, peer.Session, CarrierAddress.Relayed(link.Number, peer.Session.Peer));
            }
            else
            {
                peer.Session.Revive(Now);
            }
        }

        LinksChanged?.Invoke();
    }

    public void OnLinkLost(RelayLink link)
    {
        LogLost(link.Address, link.Failure?.Message);
        foreach (PeerSession peer in _peers.Values)
        {
            peer.Session.OnSendError(Now, CarrierAddress.Relayed(link.Number, peer.Session.Peer));
        }
    }

    public void OnLinkFailed(RelayLink link)
    {
        LogFailed(link.Address, link.Failure?.Message);
        LinksChanged?.Invoke();
    }

    /// <summary>A relay says that it does not know a peer.</summary>
    public void OnUnreachable(RelayLink link, AgentId peer)
    {
        if (Endpoint.TryGetSession(peer, out Session? session) && _peers.TryGetValue(session, out PeerSession? known))
        {
            known.UnreachableVia.Add(link.Number);
        }
    }

    /// <summary>A relay says that a peer has come.</summary>
    public void OnReachable(RelayLink link, AgentId peer)
    {
        if (Endpoint.TryGetSession(peer, out Session? session) && _peers.TryGetValue(session, out PeerSession? known))
        {
            known.UnreachableVia.Remove(link.Number);
            session.Revive(Now);
        }
    }

    public void OnLocalCandidates()
    {
        foreach (PeerSession peer in _peers.Values)
        {
            if (peer.Session.State == SessionState.Established)
            {
                peer.OnLocalCandidates();
            }
        }
    }

    public void OnPeerSessionOver(PeerSession peer) => _peers.Remove(peer.Session);

    private PeerSession AddPeer(Session session) =>
        _peers[session] = new PeerSession(this, session, traverses: !_options.RelayOnly);

    private async Task ResolveAsync(string host, Action<IReadOnlyList<IPAddress>> then)
    {
        IReadOnlyList<IPAddress> addresses = await _options.Network.ResolveAsync(host, _stop.Token);
        Driver.Post(() => then(addresses));
    }

    private Admission Authorize(PeerRequest request)
    {
        try
        {
            return _options.Authorize(request);
        }
#pragma warning disable CA1031 // Whatever an application's function throws refuses the peer; it must not stop the driver.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogAuthorizeFailed(e, request.PeerId);
            return Admission.Refuse("the agent could not decide");
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Registered at {Relay}")]
    private partial void LogHeld(RelayAddress relay);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lost the relay {Relay}: {Reason}")]
    private partial void LogLost(RelayAddress relay, string? reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No session with the relay {Relay}: {Reason}")]
    private partial void LogFailed(RelayAddress relay, string? reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Refused {Peer}: {Reason}")]
    private partial void LogRefused(AgentId peer, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Authorize threw; {Peer} is refused")]
    private partial void LogAuthorizeFailed(Exception exception, AgentId peer);
}
