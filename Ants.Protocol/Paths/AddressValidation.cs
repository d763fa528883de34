namespace Ants.Protocol.Paths;

/// <summary>
/// Challenges of one path (RFC 9000 section 8.2): which to send where, which are awaited, and answers owed to the peer.
/// Challenges are not retransmitted by loss recovery; they have their own short schedule.
/// </summary>
internal sealed class AddressValidation
{
    // Four sends over about a second: losing all four at 10 % loss happens once in ten thousand.
    private const int MaxAttempts = 4;

    // The first repetition: later than any LAN or metro answer, sooner than a person notices.
    private static readonly TimeSpan FirstInterval = TimeSpan.FromMilliseconds(100);

    // A peer has no reason to have more challenges under way on one path than addresses it is moving between.
    private const int MaxResponses = 4;

    private readonly Queue<PendingResponse> _responses = new();
    private readonly List<AwaitedChallenge> _awaited = [];

    /// <summary>When to look again; null while nothing is awaited.</summary>
    public Instant? Deadline { get; private set; }

    public bool HasResponse => _responses.Count > 0;

    public bool HasChallenge => _awaited.Exists(challenge => challenge.SendNow);

    /// <summary>Begins to validate <paramref name="target"/>; a validation of it that runs already goes on.</summary>
    public void Challenge(Instant now, CarrierAddress target, ulong token)
    {
        if (_awaited.Exists(challenge => challenge.Target == target))
        {
            return;
        }

        _awaited.Add(new AwaitedChallenge(target, token));
        Deadline = Deadline is { } present ? Instant.Min(present, now + FirstInterval) : now + FirstInterval;
    }

    /// <summary>The next challenge to put into a packet.</summary>
    public bool TryTakeChallenge(Instant now, out CarrierAddress target, out ulong token)
    {
        AwaitedChallenge? next = _awaited.Find(challenge => challenge.SendNow);
        target = next?.Target ?? default;
        token = next?.Token ?? 0;
        next?.OnSent(now);
        return next is not null;
    }

    /// <summary>Remembers to answer a challenge that came from <paramref name="source"/>. The oldest go when too many wait.</summary>
    public void OwesResponse(ulong token, CarrierAddress source)
    {
        if (_responses.Count == MaxResponses)
        {
            _responses.Dequeue();
        }

        _responses.Enqueue(new PendingResponse(token, source));
    }

    public bool TryTakeResponse(out ulong token, out CarrierAddress target)
    {
        bool any = _responses.TryDequeue(out PendingResponse response);
        token = response.Token;
        target = response.Source;
        return any;
    }

    /// <summary>Whether <paramref name="token"/> answers one of ours; then its target is validated and the wait is over.</summary>
    public bool TryComplete(Instant now, ulong token, out CarrierAddress target, out TimeSpan roundTrip)
    {
        AwaitedChallenge? match = _awaited.Find(challenge => challenge.Token == token && challenge.Attempts > 0);
        target = match?.Target ?? default;

        // A repeated challenge has one token, so only an answer to the first send is a clean measurement (Karn).
        roundTrip = match is { Attempts: 1 } ? now - match.SentAt : TimeSpan.Zero;
        if (match is null)
        {
            return false;
        }

        _awaited.Remove(match);
        Deadline = _awaited.Count == 0 ? null : Deadline;
        return true;
    }

    /// <summary>Sends again what is due. True when a target did not answer after all attempts; call until false.</summary>
    public bool TryExpire(Instant now, out CarrierAddress target)
    {
        target = default;
        if (!(Deadline <= now))
        {
            return false;
        }

        Deadline = null;
        AwaitedChallenge? expired = null;
        foreach (AwaitedChallenge challenge in _awaited)
        {
            Instant due = challenge.SentAt + (FirstInterval * (1 << Math.Max(0, challenge.Attempts - 1)));
            if (due <= now && challenge.Attempts >= MaxAttempts)
            {
                expired ??= challenge;
                continue;
            }

            challenge.SendNow |= due <= now;
            Instant next = due <= now ? now + FirstInterval : due;
            Deadline = Deadline is { } present ? Instant.Min(present, next) : next;
        }

        if (expired is null)
        {
            return false;
        }

        _awaited.Remove(expired);
        Deadline = _awaited.Count > 0 ? now : null;
        target = expired.Target;
        return true;
    }

    /// <summary>Gives up all that is under way.</summary>
    public void Clear()
    {
        _awaited.Clear();
        _responses.Clear();
        Deadline = null;
    }

    private readonly record struct PendingResponse(ulong Token, CarrierAddress Source);

    private sealed class AwaitedChallenge(CarrierAddress target, ulong token)
    {
        public CarrierAddress Target { get; } = target;

        public ulong Token { get; } = token;

        public bool SendNow { get; set; } = true;

        public int Attempts { get; private set; }

        public Instant SentAt { get; private set; }

        public void OnSent(Instant now)
        {
            SendNow = false;
            Attempts++;
            SentAt = now;
        }
    }
}
