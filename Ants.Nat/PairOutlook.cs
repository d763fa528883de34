using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>What can be done for a pair of agents, and in which address family it looks best. Immutable.</summary>
/// <param name="Plan">What the two can do.</param>
/// <param name="Family">In which family; null when there is none that both have.</param>
public sealed record PairOutlook(PairPlan Plan, AddressFamily? Family)
{
    // IPv6 first, since there is usually no NAT on the way: of two that are equally good it is the one that is told.
    private static readonly AddressFamily[] s_families = [AddressFamily.InterNetworkV6, AddressFamily.InterNetwork];

    /// <summary>The outlook of a pair from the candidates of both sides. The other side's is the same, seen from its own end.</summary>
    /// <param name="local">What this side tells the peer.</param>
    /// <param name="remote">What the peer told.</param>
    public static PairOutlook Of(IEnumerable<Candidate> local, IEnumerable<Candidate> remote)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(remote);
        Candidate[] ours = [.. local], theirs = [.. remote];
        PairOutlook best = new(PairPlan.None, null);
        foreach (AddressFamily family in s_families)
        {
            PairPlan plan = PlanOf(new PairSide(ours, family), new PairSide(theirs, family));
            best = Rank(plan) > Rank(best.Plan) ? new PairOutlook(plan, family) : best;
        }

        return best;
    }

    private static PairPlan PlanOf(PairSide local, PairSide remote)
    {
        if (!local.IsThere || !remote.IsThere)
        {
            return PairPlan.None;
        }

        if (remote.IsOpen)
        {
            return PairPlan.ReachPeer;
        }

        if (local.IsOpen)
        {
            return PairPlan.BeReached;
        }

        if (local.ReflexiveAddresses.Intersect(remote.ReflexiveAddresses).Any())
        {
            return PairPlan.SameNetwork;
        }

        return CanPunch(local, remote) || CanPunch(remote, local) ? PairPlan.SimultaneousOpen
            : IsHopeless(local, remote) || IsHopeless(remote, local) ? PairPlan.Unforeseeable
            : PairPlan.Unknown;
    }

    /// <summary>
    /// Whether both know where the other's packets come from; or one side does not, and lets in what comes from an address that it has sent to:
    /// the other one's packets from whichever port open the way for the answer.
    /// </summary>
    private static bool CanPunch(PairSide one, PairSide other) => one.IsForeseeable && (other.IsForeseeable || one.TakesAnyPort);

    private static bool IsHopeless(PairSide one, PairSide other) => one.IsUnforeseeable && other.TakesKnownPortsOnly;

    private static int Rank(PairPlan plan) => plan switch
    {
        PairPlan.ReachPeer or PairPlan.BeReached => 5,
        PairPlan.SameNetwork => 4,
        PairPlan.SimultaneousOpen => 3,
        PairPlan.Unknown => 2,
        PairPlan.Unforeseeable => 1,
        _ => 0,
    };
}
