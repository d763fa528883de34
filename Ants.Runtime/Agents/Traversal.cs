using System.Net;
using Ants.Nat;
using Ants.Observing;
using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Wire;
using TokenBucket = Ants.Protocol.TokenBucket;

namespace Ants.Agents;

/// <summary>
/// Finds a direct path for one session: tells the peer where this agent may be reached, probes where the peer may be, and
/// tries again for as long as the session is relayed. The session's path layer does the rest.
/// </summary>
internal sealed class Traversal
{
    // The third begins after some two seconds: the plan of the opening is over, and a retry after it.
    private const int TellingAttempts = 3;

    // A peer that tells new candidates all the time must not aim a stream of probes at somebody: two whole plans at once,
    // then 32 probes of 96 bytes a second, which is what an honest retry of a few candidates takes.
    private readonly TokenBucket _budget = new(perSecond: 32, burst: 128);
    private readonly AgentCore _core;
    private readonly PeerSession _session;

    // When to try again, and what the present attempt is told as; null while nothing is tried.
    private PunchBackoff? _backoff;
    private TraversalActivity? _activity;

    // Where the peer may be, as bare addresses: most of the time they are only to be compared with what it tells next.
    private WireCandidate[] _remote = [];
    private PunchPlan? _plan;
    private Instant _planStart;
    private ScheduledAction? _probeTimer, _attemptTimer;
    private IReadOnlyList<WireCandidate> _told = [];
    private bool _isDirect, _isOver;

    // Of the present search, or of the one that found the direct path: attempts, and probes to each of the peer's addresses.
    private int _attempts;
    private ushort[]? _probes;

    public Traversal(AgentCore core, PeerSession session)
    {
        _core = core;
        _session = session;
        _backoff = NewBackoff();
    }

    /// <summary>Where the peer says that it may be reached, best first.</summary>
    public IReadOnlyList<Candidate> Remote => [.. Filter(_remote)];

    /// <summary>How often all of it was tried in the present search, or in the one that found the direct path.</summary>
    public int Attempts => _attempts;

    /// <summary>Whether what could succeed would have by now.</summary>
    public bool WasTried => _attempts >= TellingAttempts;

    private TimeSpan Time => TimeSpan.FromTicks(_core.Now.Ticks);

    /// <summary>The session is established: say where we are, and ask where that is now.</summary>
    public void Start()
    {
        Tell();
        _core.Gatherer.Refresh();
        ScheduleAttempt();
    }

    /// <summary>Our own candidates have changed.</summary>
    public void OnLocalCandidates()
    {
        if (Tell() && _remote.Length > 0 && !_isDirect)
        {
            Punch(PunchSchedule.Opening);
        }
    }

    /// <summary>The peer said where it may be reached.</summary>
    public void OnPeerCandidates(IReadOnlyList<WireCandidate> candidates)
    {
        WireCandidate[] fresh = [.. Filter(candidates).Select(candidate => new WireCandidate(CandidateCode.Encode(candidate), candidate.Endpoint))];
        bool news = !fresh.SequenceEqual(_remote);
        (_remote, _probes) = (fresh, news ? null : _probes);
        if (news && !_isDirect)
        {
            BeginSearch();
            Punch(PunchSchedule.Opening);
            ScheduleAttempt();
        }
    }

    /// <summary>The session moved to another path.</summary>
    public void OnPathChanged(bool isDirect)
    {
        bool lost = _isDirect && !isDirect;
        _isDirect = isDirect;
        if (isDirect)
        {
            EndAttempt("direct");
            StopTimers();
        }
        else if (lost)
        {
            OnDirectPathFailed();
        }
    }

    /// <summary>A direct path died: perhaps our address changed, perhaps the way is only closed for a while.</summary>
    public void OnDirectPathFailed()
    {
        if (_isDirect || _isOver)
        {
            return;
        }

        BeginSearch();
        _core.Gatherer.Refresh();
        ScheduleAttempt();
    }

    /// <summary>How many probes went to an address of <see cref="Remote"/> in this search.</summary>
    public int ProbesTo(int index) => index < _probes?.Length ? _probes[index] : 0;

    public void Stop()
    {
        _isOver = true;
        EndAttempt("session_over");
        StopTimers();
    }

    private PunchBackoff NewBackoff() => new(Time, _core.NextFraction());

    private void BeginSearch() => (_backoff, _attempts, _probes) = (NewBackoff(), 0, null);

    private void StopTimers()
    {
        _plan = null;
        _probeTimer?.Cancel();
        _attemptTimer?.Cancel();
        (_probeTimer, _attemptTimer, _backoff) = (null, null, null);
    }

    private void EndAttempt(string outcome)
    {
        _activity?.End(outcome);
        _activity = null;
    }

    /// <summary>Tells the peer our candidates if they are not what it knows.</summary>
    private bool Tell()
    {
        IReadOnlyList<WireCandidate> candidates = _core.Gatherer.Told;
        if (_isOver || candidates.SequenceEqual(_told))
        {
            return false;
        }

        _told = candidates;
        _session.Session.SetCandidates(candidates);
        return true;
    }

    private void ScheduleAttempt()
    {
        _attemptTimer?.Cancel();
        if (!_isOver && !_isDirect)
        {
            _backoff ??= NewBackoff();
            _attemptTimer = _core.At(new Instant(_backoff.NextAttempt.Ticks), Attempt);
        }
    }

    private void Attempt()
    {
        _attempts++;
        _backoff?.HandleAttempt(Time, _core.NextFraction());
        _core.Gatherer.Refresh();
        if (_plan is null or { IsExhausted: true })
        {
            EndAttempt("failed");
            Punch(PunchSchedule.Retry);
        }

        ScheduleAttempt();
    }

    /// <summary>
    /// Begins a simultaneous open. The initiator speaks first over the relay, so the other side has both lists first and
    /// waits for half a round trip.
    /// </summary>
    private void Punch(PunchSchedule schedule)
    {
        if (_remote.Length == 0 || _isOver)
        {
            return;
        }

        _activity ??= new TraversalActivity(_session.Session.Peer, _core.Time);
        _activity.Begin(_remote.Length);
        PunchTurn turn = _session.Session.IsInitiator ? PunchTurn.Later : PunchTurn.Earlier;
        _plan = new PunchPlan(_core.Gatherer.Local, Filter(_remote), _session.Session.RoundTrip, turn, schedule, _core.Gatherer.AllowLoopback);
        _planStart = _core.Now;
        Continue();
    }

    /// <summary>Those that may be probed, best first.</summary>
    private CandidateSet Filter(IEnumerable<WireCandidate> candidates)
    {
        CandidateSet set = new(CandidateFilter.Peer with { AllowLoopback = _core.Gatherer.AllowLoopback });
        foreach (WireCandidate told in candidates)
        {
            if (CandidateCode.Decode(told.Kind, told.EndPoint) is { } candidate)
            {
                set.Add(candidate);
            }
        }

        return set;
    }

    private void Continue()
    {
        if (_plan is null)
        {
            return;
        }

        while (_plan.TryNext(_core.Now - _planStart, out IPEndPoint? target))
        {
            if (_budget.TryTake(_core.Now))
            {
                Count(target);
                _session.Session.Probe(CarrierAddress.Udp(target));
            }
        }

        _probeTimer?.Cancel();
        _probeTimer = _plan.NextDelay is { } delay ? _core.At(_planStart + delay, Continue) : null;
    }

    private void Count(IPEndPoint target)
    {
        _activity?.OnProbe();
        _probes ??= new ushort[_remote.Length];
        int index = Array.FindIndex(_remote, told => told.EndPoint.Equals(target));
        if (index >= 0 && _probes[index] < ushort.MaxValue)
        {
            _probes[index]++;
        }
    }
}
