using Ants.Protocol;

namespace Ants.Agents;

/// <summary>
/// Decides at which of the named relays the agent is registered: so many at all times, the nearest and most reliable of them. One that fails is replaced
/// at once; one that is better takes the place of another only when it has been so for some time. On the driver.
/// </summary>
internal sealed class RelaySelection(AgentCore core, int wanted)
{
    // All named ones are called at the start; the others answer within a round trip of the first, or are too far away.
    private static readonly TimeSpan s_compareAfter = TimeSpan.FromMilliseconds(300);

    // A relay that has just come back may go again.
    private static readonly TimeSpan s_settleAfter = TimeSpan.FromSeconds(30);

    // A handshake (2 KB) every ten minutes tells when the network has changed; a nearer relay is worth no more haste.
    private static readonly TimeSpan s_tryOther = TimeSpan.FromMinutes(10);

    // A quarter nearer, and by more than jitter, twice in a row: two like relays must not take turns.
    private const double ClearGain = 0.75;
    private const int WinsToReplace = 2;
    private static readonly TimeSpan s_jitter = TimeSpan.FromMilliseconds(10);

    private readonly List<RelayCandidate> _candidates = [];
    private ScheduledAction? _settling;

    /// <summary>Told on the driver whenever a relay link is held, fails or is lost.</summary>
    public Action? Changed { get; set; }

    /// <summary>How many relays of its own the agent means to hold.</summary>
    public int Wanted => Math.Min(wanted, _candidates.Count);

    private bool HasChoice => _candidates.Count > wanted;

    /// <summary>Begins with the relays of the options: all are called, so that each is known.</summary>
    public void Begin(IEnumerable<RelayAddress> relays)
    {
        foreach (RelayAddress relay in relays)
        {
            if (_candidates.TrueForAll(known => known.Address.Id != relay.Id))
            {
                _candidates.Add(new RelayCandidate(relay));
            }

            core.Links.Add(relay, isBorrowed: false);
        }

        if (HasChoice)
        {
            core.After(s_tryOther, TryOther);
        }
    }

    /// <summary>A relay is held.</summary>
    public void OnHeld(RelayLink link)
    {
        if (Find(link) is { } candidate)
        {
            candidate.OnMeasured(link.Session!.RoundTrip);
            candidate.TriedAt = core.Now;
            bool isFirst = _candidates.TrueForAll(other => !other.IsChosen);
            if (HasChoice && Own().Count() >= Wanted)
            {
                _settling ??= core.After(isFirst ? s_compareAfter : s_settleAfter, Settle);
            }
        }

        Changed?.Invoke();
    }

    /// <summary>A relay is lost, or could not be had.</summary>
    public void OnFailed(RelayLink link)
    {
        Find(link)?.OnFailed(core.Now);
        Replace();
        Changed?.Invoke();
    }

    /// <summary>Relays are missing, or about to be: the best of those that are not called yet are.</summary>
    public void Replace()
    {
        int hopeful = core.Links.All.Count(link => !link.IsBorrowed && link is
            { State: RelayLinkState.Held, IsLeaving: false } or { State: RelayLinkState.Connecting });
        foreach (RelayCandidate candidate in Idle().OrderBy(candidate => candidate.Cost(core.Now)).Take(Math.Max(0, Wanted - hopeful)).ToArray())
        {
            Call(candidate);
        }
    }

    /// <summary>More are held than are wanted: the best stay.</summary>
    private void Settle()
    {
        _settling = null;
        Instant now = core.Now;
        foreach (RelayLink link in Own())
        {
            Find(link)!.OnMeasured(link.Session!.RoundTrip);
        }

        RelayCandidate[] held = [.. Own().Select(link => Find(link)!).OrderByDescending(candidate => candidate.IsChosen).ThenBy(candidate => candidate.Cost(now))];
        List<RelayCandidate> chosen = [.. held.Take(Wanted)];
        foreach (RelayCandidate challenger in held.Skip(Wanted))
        {
            RelayCandidate worst = chosen.MaxBy(candidate => candidate.Cost(now))!;
            TimeSpan gain = worst.Cost(now) - challenger.Cost(now);
            challenger.Wins = gain > s_jitter && challenger.Cost(now) < worst.Cost(now) * ClearGain ? challenger.Wins + 1 : 0;
            if (challenger.Wins >= WinsToReplace)
            {
                chosen[chosen.IndexOf(worst)] = challenger;
            }
        }

        foreach (RelayCandidate candidate in held)
        {
            candidate.IsChosen = chosen.Contains(candidate);
            if (!candidate.IsChosen)
            {
                core.Links.Find(candidate.Address.Id!.Value)!.BeginLeaving(isForGood: true);
            }
        }

        Changed?.Invoke();
    }

    /// <summary>Calls the relay that was not heard of for the longest time, to see whether it is better by now.</summary>
    private void TryOther()
    {
        core.After(s_tryOther * (1 + (core.NextFraction() / 4)), TryOther);
        if (Idle().MinBy(candidate => candidate.TriedAt) is { } other)
        {
            Call(other);
        }
    }

    private void Call(RelayCandidate candidate)
    {
        candidate.TriedAt = core.Now;
        core.Links.Add(candidate.Address, isBorrowed: false);
    }

    private IEnumerable<RelayLink> Own() => core.Links.Staying.Where(link => !link.IsBorrowed);

    /// <summary>Those that are neither held nor called.</summary>
    private IEnumerable<RelayCandidate> Idle() => _candidates.Where(candidate => core.Links.Find(candidate.Address.Id!.Value) is not { IsBorrowed: false });

    private RelayCandidate? Find(RelayLink link) => link.IsBorrowed ? null : _candidates.Find(candidate => candidate.Address.Id == link.Address.Id);
}
