using System.Net;
using Ants.Protocol;

namespace Ants.Agents;

/// <summary>
/// Notices that the host is in another network, and has everything follow: the relay links first, which carry what goes on
/// meanwhile, then STUN, then the punch. What still leaves by the same address is left in peace. Everything but the notice
/// itself happens on the driver.
/// </summary>
internal sealed class NetworkWatch : IDisposable
{
    // A move is several notices within milliseconds: an address goes, another comes, then its route. The first is acted upon at
    // once, for it may be the only one; those that follow are taken together this much later: a fraction of any relay's round
    // trip, and fifty looks of a millisecond in a second at most.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    // Notices that never end and change nothing (containers that come and go) cost one look a second.
    private static readonly TimeSpan s_maxPause = TimeSpan.FromSeconds(1);

    private readonly AgentCore _core;
    private readonly AntsNetwork _network;
    private readonly IDisposable _notices;
    private readonly Dictionary<IPAddress, IPAddress?> _sources = [];
    private IReadOnlyList<IPAddress> _addresses;
    private TimeSpan _pause = s_pause;
    private bool _isPausing, _hasNews, _isOver;

    public NetworkWatch(AgentCore core, AntsNetwork network)
    {
        _core = core;
        _network = network;
        _addresses = network.LocalAddresses();
        _notices = network.WatchAddresses(() => core.Driver.Post(OnNotice));
    }

    /// <summary>Something is sent there from now on: remembers by which of our addresses, to know later whether that changed.</summary>
    public void Remember(IPAddress destination) => _sources[destination] = _network.SourceFor(destination);

    /// <summary>The host was asleep, or its socket is a new one: nothing that was known of the network holds any more.</summary>
    public void OnOutage()
    {
        if (!_isOver)
        {
            Follow(_core.Now, Destinations());
        }
    }

    /// <summary>Hears no more. To be called by anybody.</summary>
    public void Dispose()
    {
        _isOver = true;
        _notices.Dispose();
    }

    private void OnNotice()
    {
        if (_isOver)
        {
            return;
        }

        if (_isPausing)
        {
            _hasNews = true;
            return;
        }

        bool changed = Look();
        TimeSpan twice = _pause * 2 < s_maxPause ? _pause * 2 : s_maxPause;
        (_isPausing, _hasNews) = (true, false);
        _core.After(_pause, OnPauseOver);
        _pause = changed ? s_pause : twice;
    }

    private void OnPauseOver()
    {
        _isPausing = false;
        if (_hasNews)
        {
            OnNotice();
        }
        else
        {
            _pause = s_pause;
        }
    }

    /// <summary>Compares what is with what was; false when nothing can be seen to have changed.</summary>
    private bool Look()
    {
        IReadOnlyList<IPAddress> before = _addresses;
        _addresses = _network.LocalAddresses();
        HashSet<IPAddress> destinations = Destinations(), moved = [];
        bool same = before.SequenceEqual(_addresses);
        foreach (IPAddress destination in destinations)
        {
            IPAddress? source = _network.SourceFor(destination);
            if (!_sources.TryGetValue(destination, out IPAddress? old) || !Equals(old, source))
            {
                same = false;
                moved.Add(destination);
            }

            _sources[destination] = source;
        }

        foreach (IPAddress gone in _sources.Keys.Except(destinations).ToArray())
        {
            _sources.Remove(gone);
        }

        // Something did change, or there would be no notice: the same address in another network, or another router.
        Follow(_core.Now, same ? destinations : moved);
        return !same;
    }

    private void Follow(Instant now, HashSet<IPAddress> moved)
    {
        _core.Behaviours.OnNetworkChanged(moved.Count > 0);
        _core.Gatherer.OnNetworkChanged(moved.Count > 0);
        _core.Mappings.OnNetworkChanged();
        if (moved.Count > 0)
        {
            _core.Carriers.Udp.Clear();
        }

        foreach (RelayLink link in _core.Links.All)
        {
            link.OnNetworkChanged(now, IsMoved);
        }

        foreach (PeerSession peer in _core.Peers)
        {
            peer.Session.Revive(now, IsMoved);
        }

        // A relayed path moves with its link. A WebSocket does not move: it breaks, and another is opened.
        bool IsMoved(CarrierAddress to) => to.Kind switch
        {
            CarrierKind.Udp => moved.Contains(to.EndPoint!.Address),
            CarrierKind.Relayed => _core.Links.Find(to.Link)?.EndPoint is { } relay && moved.Contains(relay.Address),
            _ => false,
        };
    }

    /// <summary>Where something is sent by UDP.</summary>
    private HashSet<IPAddress> Destinations()
    {
        HashSet<IPAddress> destinations = [];
        foreach (RelayLink link in _core.Links.All)
        {
            destinations.UnionWith(link.EndPoint is { } relay ? [relay.Address] : link.Called.Select(called => called.Address));
        }

        foreach (PeerSession peer in _core.Peers)
        {
            foreach (Protocol.Paths.Path path in peer.Session.Paths.All)
            {
                if (path.Remote.EndPoint is { } direct)
                {
                    destinations.Add(direct.Address);
                }
            }
        }

        return destinations;
    }
}
