using Ants.Protocol;
using Ants.Protocol.Paths;
using Ants.Protocol.Sessions;

namespace Ants.Agents;

/// <summary>
/// Over which relays a peer can be reached that this agent does not hold itself: those that an invite names, and those of the
/// peer's record. Uses a few of them as a guest: when there is no other way, and so that one relay's end is not the end of the
/// way. On the driver.
/// </summary>
internal sealed class PeerReach(AgentCore core, PeerSession peer)
{
    // Two relays die together rarely, and each guest link is a handshake and a keepalive.
    private const int MaxGuests = 2;

    // The path in use and one more.
    private const int WantedPaths = 2;

    // The agents' own relays have answered the first probes by then, at any round trip. The side that began is first, so that not
    // both go to the other's relay for one and the same end.
    private static readonly TimeSpan s_initiatorLooksAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_responderLooksAfter = TimeSpan.FromSeconds(4);

    // Without any way, soon and often, since a lookup costs two packets; with a way and no second one, seldom.
    private static readonly TimeSpan s_firstSearch = TimeSpan.FromMilliseconds(500), s_maxSearch = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_firstCheck = TimeSpan.FromMinutes(1), s_maxCheck = TimeSpan.FromMinutes(32);

    // A relay that could be had, and led to the peer, has done so by then.
    private static readonly TimeSpan s_trial = TimeSpan.FromSeconds(10);

    private const double MinJitter = 0.75;

    // Since when which relays of others are used, and which relays invites named: both null while there are none.
    private Dictionary<RelayId, Instant>? _guests;
    private HashSet<RelayId>? _invited;
    private ScheduledAction? _timer;
    private Instant _due, _standbyFrom;
    private TimeSpan _search = s_firstSearch, _check = s_firstCheck;
    private bool _isOver;

    /// <summary>Whether the session needs a relay that the agent's options do not name.</summary>
    public bool Needs(RelayId relay) => _invited?.Contains(relay) == true || _guests?.ContainsKey(relay) == true;

    /// <summary>Whether the session has used relays that it is to give back.</summary>
    public bool HasGuests => _invited is not null || _guests is not null;

    /// <summary>Somebody calls the peer: where it is, is asked at once.</summary>
    public void OnCall(Invite invite)
    {
        foreach (RelayAddress relay in invite.Relays)
        {
            (_invited ??= []).Add(relay.Id!.Value);
        }

        if (peer.Session.State == SessionState.Connecting)
        {
            Ask();
        }
    }

    /// <summary>The session is established: a second way is looked for when the nearest ones have been tried.</summary>
    public void OnEstablished()
    {
        TimeSpan wait = peer.Session.IsInitiator ? s_initiatorLooksAfter : s_responderLooksAfter;
        _standbyFrom = core.Now + (wait * MinJitter);
        core.Finder.Find(peer.Session.Peer);
        Wait(wait);
    }

    /// <summary>A relay is held or lost, or the session fell asleep: what was enough may not be any more.</summary>
    public void OnChanged()
    {
        _search = s_firstSearch;
        Look();
    }

    /// <summary>A relay does not know the peer.</summary>
    public void OnUnreachable() => Look();

    /// <summary>A relay that the agent holds for this session alone stays.</summary>
    public void Keep(RelayId relay) => (_guests ??= [])[relay] = core.Now;

    /// <summary>The session is over.</summary>
    public void Stop()
    {
        _isOver = true;
        _timer?.Cancel();
        _timer = null;
    }

    private void Ask() => core.Finder.Find(peer.Session.Peer, _ => Look());

    /// <summary>Searches after some time; an earlier search that is planned stays.</summary>
    private void Wait(TimeSpan time)
    {
        Instant due = core.Now + (time * (MinJitter + (core.NextFraction() * (1 - MinJitter))));
        if (_timer is null || due < _due)
        {
            _timer?.Cancel();
            _due = due;
            _timer = core.At(due, Search);
        }
    }

    private void Search()
    {
        _timer = null;
        DropUseless();
        peer.ProbeRelays();
        Ask();
        Plan();
    }

    /// <summary>Lets go of relays that could not be had, or did not lead to the peer; they may be tried again later.</summary>
    private void DropUseless()
    {
        foreach ((RelayId relay, Instant since) in _guests?.ToArray() ?? [])
        {
            if (core.Now - since > s_trial && core.Links.Find(relay) is { } link && !HasPath(link))
            {
                _guests!.Remove(relay);
                _guests = _guests.Count == 0 ? null : _guests;
                core.Peers.ReturnGuests();
            }
        }
    }

    /// <summary>When to look again without a reason.</summary>
    private void Plan()
    {
        if (_isOver || peer.Session.State == SessionState.Connecting)
        {
            return;
        }

        int paths = CountPaths();
        if (paths == 0 && peer.Session.Paths.Active is not { IsDirect: true })
        {
            Wait(_search);
            _search = _search * 2 < s_maxSearch ? _search * 2 : s_maxSearch;
        }
        else if (paths < WantedPaths)
        {
            _search = s_firstSearch;
            Wait(_check);
            _check = _check * 2 < s_maxCheck ? _check * 2 : s_maxCheck;
        }
        else
        {
            (_search, _check) = (s_firstSearch, s_firstCheck);
        }
    }

    private void Look()
    {
        if (_isOver)
        {
            return;
        }

        AgentRecord? record = core.Finder.Known(peer.Session.Peer);
        if (peer.Session.State == SessionState.Connecting)
        {
            Borrow(record, IsExpected(record) ? 0 : MaxGuests);
        }
        else
        {
            int paths = CountPaths();
            bool isEarly = paths > 0 && core.Now < _standbyFrom;
            Borrow(record, paths == 0 ? MaxGuests : isEarly ? 0 : WantedPaths - paths);
            Plan();
        }
    }

    /// <summary>Whether a relay that is held has, or may have, the peer: then the call goes there, and no guest is needed.</summary>
    private bool IsExpected(AgentRecord? record) => core.Links.Held.Any(link =>
        !peer.Calls.IsUnreachableVia(link) && (record is null || record.Relays.Any(relay => relay.Id == link.Address.Id)));

    /// <summary>Goes to relays of the peer's record, until so many are tried or used.</summary>
    private void Borrow(AgentRecord? record, int wanted)
    {
        int tried = core.Links.All.Count(link => link.IsBorrowed && Needs(link.Address.Id!.Value) && IsPromising(link));
        foreach (RelayAddress relay in record?.Relays ?? [])
        {
            if (tried >= wanted || !core.Links.HasRoomForGuests)
            {
                return;
            }

            if (core.Links.Find(relay.Id!.Value) is null)
            {
                Keep(relay.Id.Value);
                core.Links.Add(relay, isBorrowed: true);
                tried++;
            }
        }
    }

    // A guest link that is held and leads to no path of this session is none that helps.
    private bool IsPromising(RelayLink link) =>
        link.State == RelayLinkState.Connecting || (link.State == RelayLinkState.Held && HasPath(link));

    private int CountPaths() => core.Links.Staying.Count(HasPath);

    private bool HasPath(RelayLink link) => peer.Session.Paths.FindByRemote(CarrierAddress.Relayed(link.Number, peer.Session.Peer))
        is { State: PathState.Active or PathState.Standby or PathState.Validating };
}
