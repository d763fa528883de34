using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>
/// The probes of one attempt to open a direct path: which address, and how long after the plan's start. Both sides
/// make one at about the same moment, so that each NAT has seen a packet go out before the peer's comes in.
/// <para>Targets are the peer's candidates of a family that this side has too, that <see cref="CandidateFilter.Peer"/>
/// lets pass, and that are not this side's own addresses. Open targets (<see cref="Candidate.IsOpen"/>) are probed from
/// the start; those behind a NAT's filter wait on the earlier side for half the session's round trip: a probe that
/// arrives before the peer has sent its own would be dropped at best, and at worst occupy, in the peer's NAT, the very
/// port that the peer's probe needs.</para>
/// <para>Pure: the caller brings the time that has elapsed since the start. Not thread-safe.</para>
/// </summary>
public sealed class PunchPlan
{
    // The round trip is measured over a relay and may be bloated by its queues. Past this, waiting costs more than a
    // first probe that is lost; the next of the schedule repairs it.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);

    private readonly (TimeSpan Delay, IPEndPoint Target)[] _probes;
    private int _next;

    /// <summary>Makes the plan.</summary>
    /// <param name="local">This side's candidates: they say which families it has, and which targets are itself.</param>
    /// <param name="remote">The peer's candidates.</param>
    /// <param name="sessionRoundTrip">The session's round trip over the relay.</param>
    /// <param name="turn">Whether this side learned the candidates earlier or later than its peer.</param>
    /// <param name="schedule">When to probe and how much: <see cref="PunchSchedule.Opening"/> for a first attempt.</param>
    /// <param name="allowLoopback">Probe loopback targets if this side has a loopback candidate itself.</param>
    public PunchPlan(
        IEnumerable<Candidate> local,
        IEnumerable<Candidate> remote,
        TimeSpan sessionRoundTrip,
        PunchTurn turn,
        PunchSchedule schedule,
        bool allowLoopback = false)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(remote);
        ArgumentNullException.ThrowIfNull(schedule);
        Candidate[] own = [.. local];
        TimeSpan wait = turn == PunchTurn.Earlier ? Half(sessionRoundTrip) : TimeSpan.Zero;
        _probes = Lay([.. Targets(own, remote, schedule.Total, allowLoopback)], wait, schedule);
    }

    /// <summary>How many probes the plan has in all.</summary>
    public int Count => _probes.Length;

    /// <summary>Whether every probe has been taken.</summary>
    public bool IsExhausted => _next == _probes.Length;

    /// <summary>When the next probe is due, counted from the plan's start; null once the plan is exhausted.</summary>
    public TimeSpan? NextDelay => IsExhausted ? null : _probes[_next].Delay;

    /// <summary>Takes the next probe if it is due. Call until it returns false.</summary>
    /// <param name="elapsed">Time since the plan's start.</param>
    /// <param name="target">Where the probe goes.</param>
    public bool TryNext(TimeSpan elapsed, [NotNullWhen(true)] out IPEndPoint? target)
    {
        target = null;
        if (NextDelay is not { } due || due > elapsed)
        {
            return false;
        }

        target = _probes[_next++].Target;
        return true;
    }

    private static TimeSpan Half(TimeSpan roundTrip)
    {
        TimeSpan half = roundTrip / 2;
        return half < TimeSpan.Zero ? TimeSpan.Zero : half > LongestWait ? LongestWait : half;
    }

    private static CandidateSet Targets(Candidate[] own, IEnumerable<Candidate> remote, int most, bool allowLoopback)
    {
        bool loopback = allowLoopback && own.Any(candidate => IPAddress.IsLoopback(candidate.Endpoint.Address));
        CandidateSet targets = new(CandidateFilter.Peer with { AllowLoopback = loopback }, most);
        HashSet<AddressFamily> families = [.. own.Select(candidate => candidate.Endpoint.AddressFamily)];
        HashSet<IPEndPoint> self = [.. own.Select(candidate => candidate.Endpoint)];
        foreach (Candidate candidate in remote)
        {
            // The peer's address may equal one of ours: two homes whose routers deal out the same private range.
            if (families.Contains(candidate.Endpoint.AddressFamily) && !self.Contains(candidate.Endpoint))
            {
                targets.Add(candidate);
            }
        }

        return targets;
    }

    /// <summary>
    /// Deals the budget round by round, so that where it is short every target loses its last probes and none its
    /// first, then puts all in the order of time; at one moment the better target goes first.
    /// </summary>
    private static (TimeSpan Delay, IPEndPoint Target)[] Lay(Candidate[] targets, TimeSpan wait, PunchSchedule schedule) =>
        [.. schedule.Offsets
            .SelectMany(offset => targets.Select(target => (Delay: offset + (target.IsOpen ? TimeSpan.Zero : wait), target.Endpoint)))
            .Take(schedule.Total)
            .OrderBy(probe => probe.Delay)];
}
