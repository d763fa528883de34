using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Ants.Carriers;
using Ants.Discovery;
using Ants.Driving;
using Ants.IdentityFiles;
using Ants.Mapping;
using Ants.Observing;
using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Handshake;
using Ants.Protocol.Sessions;
using Ants.Records;
using Ants.Streams;
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
    private readonly Doorkeeper _door;
    private readonly NameLookup _names;
    private readonly QlogTraces? _traces;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<AntsSession> _incoming = Channel.CreateBounded<AntsSession>(
        new BoundedChannelOptions(MaxUnaccepted) { FullMode = BoundedChannelFullMode.DropOldest });

    public AgentCore(AntsOptions options, IDatagramSocket socket)
    {
        _options = options;
        _logger = options.LoggerFactory.CreateLogger("Ants.Agent");
        Driver = new EndpointDriver(options.Network, socket, options.Identity, this, _logger);
        _traces = options.Qlog is { } qlog ? new QlogTraces(qlog, options.Identity.Id, options.Network, Driver, _logger) : null;
        Endpoint.Observe = _traces is null ? null : _traces.Observe;
        Meter = new AgentMeter(this, options.MeterFactory);
        _names = new NameLookup(options.Network, Driver, _logger);
        _door = new Doorkeeper(options.Authorize, _logger);
        Carriers = new AgentCarriers(this, options);
        Links = new RelayLinks(this);
        Peers = new PeerSessions(this, options);
        Selection = new RelaySelection(this, options.WarmRelays);
        Mappings = new PortMappings(this, options, _logger);
        Behaviours = new NatBehaviours(this, options, NetworksFileOf(options), _logger);
        Gatherer = new CandidateGatherer(this, options);
        TimeProvider time = options.Network.Time;
        Diagnosis = new NatDiagnosis(this, options);
        Publisher = new RecordPublisher(this, options.Identity, time, _logger);
        Finder = new PeerFinder(this, time);
        News = new RelayNews(this, options.Identity.Id, time, _logger);
        Dispatcher = new StreamDispatcher(options.Network.Scheduler, time, _logger, _stop.Token);
        Network = new NetworkWatch(this, options.Network);
        _ = new SleepWatch(this, time, Network.OnOutage);
    }

    public EndpointDriver Driver { get; }

    public Endpoint Endpoint => Driver.Endpoint;

    /// <summary>Measures the agent.</summary>
    public AgentMeter Meter { get; }

    /// <summary>The clock on the wall, and of what is traced.</summary>
    public TimeProvider Time => _options.Network.Time;

    public AgentCarriers Carriers { get; }

    public RelayLinks Links { get; }

    public CandidateGatherer Gatherer { get; }

    /// <summary>What routers let in for this agent.</summary>
    public PortMappings Mappings { get; }

    /// <summary>Explains the network.</summary>
    public NatDiagnosis Diagnosis { get; }

    /// <summary>What the NATs before this agent do.</summary>
    public NatBehaviours Behaviours { get; }

    public NetworkWatch Network { get; }

    public StreamDispatcher Dispatcher { get; }

    /// <summary>Tells relays where this agent is.</summary>
    public RecordPublisher Publisher { get; }

    /// <summary>Hears what relays have to tell.</summary>
    public RelayNews News { get; }

    /// <summary>Asks relays where peers are.</summary>
    public PeerFinder Finder { get; }

    public PipeScheduler Scheduler => _options.Network.Scheduler;

    public Instant Now => Driver.Now;

    /// <summary>Since 1970, by the clock on the wall.</summary>
    public TimeSpan UnixTime => _options.Network.Time.GetUtcNow() - DateTimeOffset.UnixEpoch;

    /// <inheritdoc/>
    public Instant? NextTimeout => _schedule.NextTimeout;

    /// <summary>Sessions that peers began. May be read by anybody.</summary>
    public ChannelReader<AntsSession> Incoming => _incoming.Reader;

    /// <summary>The sessions with peers.</summary>
    public PeerSessions Peers { get; }

    /// <summary>Decides which of the named relays are held.</summary>
    public RelaySelection Selection { get; }

    /// <summary>Whether the agent takes nothing new any more.</summary>
    public bool IsStopping => _stop.IsCancellationRequested;

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
    public void Resolve(string host, Action<IReadOnlyList<IPAddress>> then) =>
        _ = _names.ResolveAsync(host, then, _stop.Token);

    /// <summary>Begins a session, or takes up the one that there is.</summary>
    public Session Connect(AgentId peer, SessionOptions profile) => Endpoint.Connect(peer, UnixTime, profile);

    /// <summary>Refuses all that is new, and tells handlers to end. To be called by anybody, once.</summary>
    public void BeginStop()
    {
        Network.Dispose();
        try
        {
            _stop.Cancel();
        }
#pragma warning disable CA1031 // Whatever a handler's callback throws must not keep the agent from stopping.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogCallbackFailed(e);
        }

        _incoming.Writer.TryComplete();
    }

    /// <summary>Ends all relay links, and says so to the relays.</summary>
    public void CloseLinks()
    {
        Publisher.Stop();
        Finder.Stop();
        foreach (RelayLink link in Links.All)
        {
            link.Stop(Now);
        }
    }

    /// <summary>Ends the driver; the sessions have been closed before.</summary>
    public async ValueTask DisposeAsync()
    {
        await Driver.DisposeAsync();
        await Carriers.FinishAllAsync();
        Mappings.Dispose();
        Meter.Stop();
        await (_traces?.FinishAllAsync() ?? Task.CompletedTask);
        _stop.Dispose();
    }

    /// <inheritdoc/>
    public bool Admits(IPEndPoint from) => !_options.RelayOnly || Links.IsRelay(from);

    /// <inheritdoc/>
    public void OnRequest(HandshakeRequest request)
    {
        bool relayed = request.From.Kind == CarrierKind.Relayed;
        if (IsStopping || (_options.RelayOnly && !relayed) || Links.All.Any(link => link.Address.Id! == request.Peer))
        {
            return;
        }

        // Whom this agent calls itself, it wants.
        bool isCalled = Peers.TryFind(request.Peer, out PeerSession? called) && called.Session.State == SessionState.Connecting;
        if (!isCalled && !_door.Admits(new PeerRequest(request.Peer, relayed ? PathKind.Relayed : PathKind.Direct), out string reason))
        {
            Endpoint.Refuse(request, SessionErrorCode.Refused, reason);
        }
        else if (Endpoint.Accept(Now, request, Peers.Profile, UnixTime) is { } session)
        {
            Peers.Take(session);
        }
    }

    /// <inheritdoc/>
    public void OnSessionEvent(Session session, in SessionEvent e)
    {
        if (Peers.TryGet(session, out PeerSession? peer))
        {
            peer.OnEvent(e);
            if (e.Kind == SessionEventKind.Established && !session.IsInitiator)
            {
                _incoming.Writer.TryWrite(peer.Public);
            }
        }
        else
        {
            Links.Find(session)?.OnEvent(Now, e);
        }
    }

    /// <inheritdoc/>
    public bool TrySendVia(Instant now, CarrierAddress to, Span<byte> datagram, out IPEndPoint? onward)
    {
        onward = null;
        if (to.Kind == CarrierKind.WebSocket)
        {
            // One that is over drops it: who used it has been told.
            Carriers.Send(to, datagram);
            return true;
        }

        return Links.Find(to.Link) is { } link && link.TrySend(now, to, datagram, out onward);
    }

    /// <inheritdoc/>
    public void Flush() => Carriers.Flush();

    /// <inheritdoc/>
    public bool TryHandleOther(ReadOnlySpan<byte> datagram, IPEndPoint from) => Gatherer.TryHandle(Now, datagram, from);

    /// <inheritdoc/>
    public void OnRebound() => Network.OnOutage();

    /// <inheritdoc/>
    public void HandleTimeout(Instant now) => _schedule.Run(now);

    /// <summary>A link is held: sessions that wait for a carrier are tried over it, and those that had one have it again.</summary>
    public void OnLinkHeld(RelayLink link)
    {
        LogHeld(link.Address);
        if (link.EndPoint is { } relay)
        {
            Network.Remember(relay.Address);
        }

        Gatherer.Refresh();
        Publisher.OnHeld(link);
        foreach (PeerSession peer in Peers)
        {
            peer.OnLinkHeld(link);
        }

        Selection.OnHeld(link);
    }

    public void OnLinkLost(RelayLink link)
    {
        LogLost(link.Address, link.Failure?.Message);
        Publisher.OnChanged();
        foreach (PeerSession peer in Peers)
        {
            peer.OnLinkLost(link);
        }
    }

    public void OnLinkFailed(RelayLink link)
    {
        LogFailed(link.Address, link.Failure?.Message);
        Selection.OnFailed(link);
    }

    /// <summary>A relay says that it does not know a peer.</summary>
    public void OnUnreachable(RelayLink link, AgentId peer)
    {
        if (Peers.TryFind(peer, out PeerSession? known))
        {
            known.OnUnreachable(link);
        }
    }

    /// <summary>A relay says that a peer has come.</summary>
    public void OnReachable(RelayLink link, AgentId peer)
    {
        if (Peers.TryFind(peer, out PeerSession? known))
        {
            known.Calls.OnReachable(link);
            known.Session.Revive(Now);
            Endpoint.Hurry(Now, known.Session);
        }
    }

    public void OnLocalCandidates()
    {
        foreach (PeerSession peer in Peers.Where(peer => peer.Session.State == SessionState.Established))
        {
            peer.OnLocalCandidates();
        }
    }

    private static string? NetworksFileOf(AntsOptions options) => options.NetworksFile switch
    {
        "" => null,
        null => IdentityLock.PathOf(options.Identity) is { } identity ? identity + ".networks" : null,
        { } named => named,
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Registered at {Relay}")]
    private partial void LogHeld(RelayAddress relay);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lost the relay {Relay}: {Reason}")]
    private partial void LogLost(RelayAddress relay, string? reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No session with the relay {Relay}: {Reason}")]
    private partial void LogFailed(RelayAddress relay, string? reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A handler's cancellation failed")]
    private partial void LogCallbackFailed(Exception exception);
}
