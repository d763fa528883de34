using Ants.Protocol;

namespace Ants.Agents;

/// <summary>A relay of the agent's options, and what is known of it: how far it is, and how often it has failed lately.</summary>
internal sealed class RelayCandidate(RelayAddress address)
{
    // As much as a relay on another continent: one that has just failed is not preferred to any that has not.
    private static readonly TimeSpan s_failure = TimeSpan.FromMilliseconds(200);

    // A relay that goes on failing is the last choice, and is still a choice.
    private static readonly TimeSpan s_maxPenalty = TimeSpan.FromSeconds(2);

    // A restart is forgiven within the hour, a bad day is not within minutes.
    private static readonly TimeSpan s_halfLife = TimeSpan.FromMinutes(10);

    // One that was never reached may be anywhere.
    private TimeSpan _roundTrip = TimeSpan.FromMilliseconds(333);
    private TimeSpan _penalty;
    private Instant _penalisedAt;

    public RelayAddress Address => address;

    /// <summary>Whether it is one of those that the agent wants to hold.</summary>
    public bool IsChosen { get; set; }

    /// <summary>How often in a row it has been clearly better than the worst of those that are held.</summary>
    public int Wins { get; set; }

    /// <summary>When it was last called to see how it is.</summary>
    public Instant TriedAt { get; set; }

    /// <summary>It has been reached, in so much time.</summary>
    public void OnMeasured(TimeSpan roundTrip) => _roundTrip = roundTrip;

    /// <summary>It was lost, or could not be had.</summary>
    public void OnFailed(Instant now)
    {
        TimeSpan penalty = Penalty(now) + s_failure;
        (_penalty, _penalisedAt) = (penalty < s_maxPenalty ? penalty : s_maxPenalty, now);
        (IsChosen, Wins) = (false, 0);
    }

    /// <summary>Less is better: the round trip, and more for every failure, the less the longer ago.</summary>
    public TimeSpan Cost(Instant now) => _roundTrip + Penalty(now);

    private TimeSpan Penalty(Instant now) => _penalty * Math.Pow(0.5, (now - _penalisedAt) / s_halfLife);
}
