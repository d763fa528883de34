using System.Net;
using System.Net.Sockets;
using System.Text;
using Ants.Agents;
using Ants.Nat;
using Ants.Protocol;
using Microsoft.Extensions.Logging;

namespace Ants.Mapping;

/// <summary>
/// Has the routers of the private networks that the host is in let peers in, by IPv4 mappings and IPv6 pinholes, and follows when the host
/// is in other networks. Nothing waits for it: a mapping is one more candidate, told when it is there. Runs on the driver.
/// </summary>
internal sealed partial class PortMappings(AgentCore core, AntsOptions options, ILogger logger) : IDisposable
{
    // A host with a cable, Wi-Fi and a tunnel has three, twice as many with IPv6. Each is a conversation of its own.
    private const int MostGateways = 8;

    // How long a stop waits for routers to confirm: a hundred times what the answer takes in a network that works.
    private static readonly TimeSpan s_releasePatience = TimeSpan.FromMilliseconds(250);

    // RFC 6887 section 14.1.3: so long at random, that not all hosts of a large network ask at once.
    private static readonly TimeSpan s_announcementSpread = TimeSpan.FromSeconds(5);

    // One look is enough for all that happens at once.
    private static readonly TimeSpan s_leastInterval = TimeSpan.FromSeconds(1);

    private readonly List<RouterTalk> _talks = [];
    private readonly CancellationTokenSource _stop = new();
    private HashSet<PortMapping> _held = [];
    private TaskCompletionSource? _released;
    private IDisposable? _announcements;
    private int _hasNews;
    private Instant _checkedAt = new(long.MinValue / 2);
    private int _port;
    private bool _willCheck;
    private volatile PortMappingReport _report = PortMappingReport.Empty;

    /// <summary>Where peers come in.</summary>
    public IEnumerable<IPEndPoint> External => _report.Mappings.Select(mapping => mapping.External);

    /// <summary>What is known now. May be read by anybody.</summary>
    public PortMappingReport Report => _report;

    private bool IsOn => !options.RelayOnly && options.PortMapping != PortMappingProtocols.None && _released is null;

    /// <summary>Begins to ask.</summary>
    public void Begin()
    {
        if (IsOn)
        {
            _announcements = options.Network.WatchRouters(OnAnnounced);
            Follow();
        }
    }

    /// <summary>The host may be in another network.</summary>
    public void OnNetworkChanged() => Check();

    /// <summary>A router may have been started anew, or be another one: looks at once, but not more often than once a second.</summary>
    public void Check()
    {
        if (!IsOn)
        {
            return;
        }

        TimeSpan wait = _checkedAt + s_leastInterval - core.Now;
        if (wait <= TimeSpan.Zero)
        {
            CheckNow();
        }
        else if (!_willCheck)
        {
            _willCheck = true;
            core.After(wait, CheckNow);
        }
    }

    /// <summary>Gives all back; completes when routers have confirmed it, or after a quarter of a second.</summary>
    public async Task ReleaseAsync()
    {
        _announcements?.Dispose();
        _released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (RouterTalk talk in _talks.ToArray())
        {
            talk.Release();
        }

        Look();
        try
        {
            await _released.Task.WaitAsync(s_releasePatience, options.Network.Time);
        }
        catch (TimeoutException)
        {
            LogNotReleased();
        }

        await _stop.CancelAsync();
        core.Driver.Post(() => _talks.ForEach(talk => talk.End()));
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    /// <summary>A router says that it was started anew. Called by anybody; however often, it is one thing to do.</summary>
    private void OnAnnounced(IPAddress router)
    {
        if (_report.Attempts.Any(attempt => attempt.Gateway.Router.Equals(router)) && Interlocked.Exchange(ref _hasNews, 1) == 0)
        {
            core.Driver.Post(() => core.After(s_announcementSpread * core.NextFraction(), () =>
            {
                Volatile.Write(ref _hasNews, 0);
                Check();
            }));
        }
    }

    private void CheckNow()
    {
        _willCheck = false;
        if (IsOn)
        {
            _checkedAt = core.Now;
            Follow();
        }
    }

    /// <summary>Ends what is about networks that the host has left, looks after the rest, and begins with those that are new.</summary>
    private void Follow()
    {
        // A host may have many IPv6 addresses in one network: they must not crowd out the IPv4 address of another.
        List<NetworkGateway> gateways = [.. options.Network.Gateways().Where(IsOfUse).Distinct()
            .OrderBy(gateway => gateway.Local.AddressFamily == AddressFamily.InterNetworkV6).Take(MostGateways)];
        int port = core.Driver.LocalEndPoint.Port;
        foreach (RouterTalk gone in _talks.Where(talk => port != _port || !gateways.Contains(talk.Mapper.Gateway)).ToArray())
        {
            gone.End();
            _talks.Remove(gone);
        }

        _port = port;
        RouterTalk[] known = [.. _talks];
        foreach (NetworkGateway gateway in gateways.Where(gateway => !Array.Exists(known, talk => talk.Mapper.Gateway == gateway)))
        {
            RouterTalk talk = new(core, options.Network, new PortMapper(Target(gateway), options.PortMapping), OnChanged, _stop.Token);
            _talks.Add(talk);
            talk.Begin();
        }

        Array.ForEach(known, talk => talk.Check());
        Look();
    }

    private MappingTarget Target(NetworkGateway gateway)
    {
        // RFC 6887 section 11.2: a mapping that is asked for with another nonce is somebody else's. An agent that was killed gets its
        // own again, if it is at the same place with the same port; nobody else can tell what it will be.
        byte[] nonce = options.Identity.DeriveSecret(Encoding.UTF8.GetBytes($"ants mapping {gateway.Router} {gateway.Local} {_port}"));

        // Of the agent's public key: the same at each start, and no more telling than the key.
        int second = MappingPorts.Of(options.Identity.Id.ToByteArray());
        return new MappingTarget(gateway, _port, options.PortMappingLease, nonce[..PcpWire.NonceLength], second);
    }

    /// <summary>Who has a public IPv4 address needs no mapping; every public IPv6 address may be behind a firewall.</summary>
    private static bool IsOfUse(NetworkGateway gateway) => gateway.Local.AddressFamily == AddressFamily.InterNetwork
        ? AddressScopes.Of(gateway.Local) == AddressScope.Private
        : AddressScopes.Of(gateway.Local) == AddressScope.Public;

    private void OnChanged(RouterTalk talk)
    {
        while (talk.Mapper.TryPollEvent(out MappingEvent e))
        {
            PortMapping mapping = e.Mapping;
            LogLevel level = e.Kind == MappingEventKind.Renewed ? LogLevel.Debug : LogLevel.Information;
            LogEvent(level, e.Kind, mapping.Protocol, mapping.Gateway.Router, mapping.External, mapping.Internal, mapping.Lifetime);
        }

        Look();
    }

    private void Look()
    {
        _report = new PortMappingReport(
            [.. _talks.Select(talk => talk.Mapper.Mapping).OfType<PortMapping>()],
            [.. _talks.SelectMany(talk => talk.Mapper.Attempts)]);
        HashSet<PortMapping> held = [.. _report.Mappings];
        if (_released is not null)
        {
            if (_talks.TrueForAll(talk => talk.Mapper.IsReleased))
            {
                _released.TrySetResult();
            }
        }
        else if (!held.SetEquals(_held))
        {
            _held = held;
            core.Gatherer.OnMappingsChanged();
        }
    }

    [LoggerMessage(Message = "{Kind} by {Protocol} at {Router}: {External} leads to {Internal}, for {Lifetime}")]
    private partial void LogEvent(LogLevel level, MappingEventKind kind, PortMappingProtocols protocol, IPAddress router, IPEndPoint external, IPEndPoint @internal, TimeSpan lifetime);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Not every router confirmed that a mapping was given back: it ends with its lease")]
    private partial void LogNotReleased();
}
