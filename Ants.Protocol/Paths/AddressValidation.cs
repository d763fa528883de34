namespace Ants.Protocol.Paths;

/// <summary>
/// Challenges of one path (RFC 9000 section 8.2): which to send where, which are awaited, and answers owed to the peer.
/// Challenges are not retransmitted by loss recovery; they have their own short schedule.
/// </summary>
internal sealed class AddressValidation
{
    // Four sends over 0.7 s: losing all four at 10 % loss happens once in ten thousand.
    private const int MaxAttempts = 4;

    // A peer has no reason to have more challenges under way on one path than addresses it is moving between.
    private const int MaxResponses = 4;

    // The first repetition: later than any LAN or metro answer, sooner than a person notices. Each later one takes twice as
    // long.
    private static readonly TimeSpan s_firstInterval = TimeSpan.FromMilliseconds(100);

    // Both null while there are none: between two of them there may be hours.
    private Queue<OwedResponse>? _responses;
    private List<AwaitedChallenge>? _awaited;

    /// <summary>
    /// How long an address has to answer: twice what the four sends take, which is more than the slowest round trip that a
    /// conversation bears.
    /// </summary>
    public static TimeSpan Patience => s_firstInterval * (1 << MaxAttempts);

    /// <summary>When to look again; null while nothing is awaited.</summary>
    public Instant? Deadline
    {
        get
        {
            if (_awaited is null)
            {
                return null;
            }

            Instant next = Instant.Never;
            foreach (AwaitedChallenge challenge in _awaited)
            {
                next = Instant.Min(next, Instant.Min(challenge.ExpiresAt, challenge.SendAgainAt));
            }

            return next;
        }
    }

    public bool HasResponse => _responses is not null;

    /// <summary>Whether there is nothing to ask and nothing to answer, as nearly always.</summary>
    public bool IsQuiet => _responses is null && _awaited is null;

    /// <summary>Begins to validate <paramref name="target"/>; a validation of it that runs already goes on.</summary>
    public void Challenge(Instant now, CarrierAddress target, ulong token)
    {
        if (!IsAwaiting(target))
        {
            (_awaited ??= new(1)).Add(new AwaitedChallenge(target, token, now + Patience));
        }
    }

    /// <summary>Sends the challenge to <paramref name="target"/> once more, now, and gives it its time anew.</summary>
    public void Repeat(Instant now, CarrierAddress target) => Find(target)?.Repeat(now + Patience);

    public bool IsAwaiting(CarrierAddress target) => Find(target) is not null;

    /// <summary>How often the challenge to <paramref name="target"/> may have to be sent yet; 0 where none is awaited.</summary>
    public int SendsLeft(CarrierAddress target) => Find(target)?.SendsLeft ?? 0;

    /// <summary>
    /// Something authentic came from <paramref name="source"/>, so the way here works again: a challenge to it whose sends have all
    /// been in vain is sent anew, instead of waiting for the end of the peer's patience.
    /// </summary>
    public void OnHeard(Instant now, CarrierAddress source) => Find(source)?.OnHeard(now);

    /// <summary>
    /// The next challenge to put into a packet, passing over <paramref name="blocked"/>: an address to which nothing may be
    /// sent now.
    /// </summary>
    public bool TryTakeChallenge(Instant now, CarrierAddress? blocked, out CarrierAddress target, out ulong token)
    {
        target = default;
        token = 0;
        if (_awaited is null)
        {
            return false;
        }

        // Once a packet, as is OnHeard: loops, since a lambda would be an allocation.
        foreach (AwaitedChallenge challenge in _awaited)
        {
            if (challenge.SendNow && challenge.Target != blocked)
            {
                (target, token) = (challenge.Target, challenge.Token);
                challenge.OnSent(now);
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Takes the challenge to <paramref name="target"/> along in a packet that goes there anyway: when it is due, or
    /// <paramref name="early"/>, which changes nothing of its schedule.
    /// </summary>
    public bool TryTakeChallengeTo(Instant now, CarrierAddress target, bool early, out ulong token)
    {
        AwaitedChallenge? next = Find(target) is { } known && (known.SendNow || early) ? known : null;
        token = next?.Token ?? 0;
        next?.OnSent(now);
        return next is not null;
    }

    /// <summary>
    /// Remembers to answer a challenge that came from <paramref name="source"/> in a datagram of <paramref name="size"/>
    /// bytes. The oldest go when too many wait.
    /// </summary>
    public void OwesResponse(ulong token, CarrierAddress source, int size)
    {
        _responses ??= new();
        if (_responses.Count == MaxResponses)
        {
            _responses.Dequeue();
        }

        _responses.Enqueue(new OwedResponse(token, source, size));
    }

    public bool TryTakeResponse(out OwedResponse response)
    {
        response = default;
        bool any = _responses is not null && _responses.TryDequeue(out response);
        _responses = _responses is { Count: 0 } ? null : _responses;
        return any;
    }

    /// <summary>Whether <paramref name="token"/> answers one of ours; then its target is validated and the wait is over.</summary>
    public bool TryComplete(Instant now, ulong token, out CarrierAddress target, out TimeSpan? roundTrip)
    {
        AwaitedChallenge? match = _awaited?.Find(challenge => challenge.Token == token && challenge.IsSent);
        target = match?.Target ?? default;

        // A repeated challenge has one token, so only an answer to the first send is a clean measurement (Karn).
        roundTrip = match is { IsRepeated: false } ? now - match.SentAt : null;
        return match is not null && Remove(match);
    }

    /// <summary>Marks what is to be sent again. True when a target did not answer in time; call until false.</summary>
    public bool TryExpire(Instant now, out CarrierAddress target)
    {
        AwaitedChallenge? expired = _awaited?.Find(challenge => challenge.ExpiresAt <= now);
        target = expired?.Target ?? default;
        if (expired is not null)
        {
            return Remove(expired);
        }

        _awaited?.ForEach(challenge => challenge.SendAgain(now));
        return false;
    }

    /// <summary>Stops to care whether <paramref name="target"/> answers.</summary>
    public void Forget(CarrierAddress target)
    {
        if (Find(target) is { } awaited)
        {
            Remove(awaited);
        }
    }

    /// <summary>Gives up all that is under way.</summary>
    public void Clear() => (_awaited, _responses) = (null, null);

    private bool Remove(AwaitedChallenge challenge)
    {
        bool removed = _awaited!.Remove(challenge);
        _awaited = _awaited.Count == 0 ? null : _awaited;
        return removed;
    }

    /// <summary>The challenge to an address: never more than one is awaited.</summary>
    private AwaitedChallenge? Find(CarrierAddress target)
    {
        if (_awaited is null)
        {
            return null;
        }

        foreach (AwaitedChallenge challenge in _awaited)
        {
            if (challenge.Target == target)
            {
                return challenge;
            }
        }

        return null;
    }

    /// <summary>An answer that the peer waits for.</summary>
    /// <param name="Token">Of its challenge.</param>
    /// <param name="Source">Where the challenge came from, and the answer goes.</param>
    /// <param name="Size">Bytes of the datagram that brought it; the answer is never larger.</param>
    internal readonly record struct OwedResponse(ulong Token, CarrierAddress Source, int Size);

    private sealed class AwaitedChallenge(CarrierAddress target, ulong token, Instant expiresAt)
    {
        private int _attempts;

        public CarrierAddress Target { get; } = target;

        public ulong Token { get; } = token;

        public Instant ExpiresAt { get; private set; } = expiresAt;

        public Instant SendAgainAt { get; private set; } = Instant.Never;

        public bool SendNow { get; private set; } = true;

        public bool IsSent { get; private set; }

        public bool IsRepeated { get; private set; }

        // One at least: what is heard after the last send of the schedule begins it anew.
        public int SendsLeft => Math.Max(1, MaxAttempts - _attempts);

        public Instant SentAt { get; private set; }

        public void OnSent(Instant now)
        {
            if (SendNow)
            {
                SendNow = false;
                SendAgainAt = ++_attempts < MaxAttempts ? now + (s_firstInterval * (1 << (_attempts - 1))) : Instant.Never;
            }

            SentAt = now;
            (IsRepeated, IsSent) = (IsSent, true);
        }

        public void OnHeard(Instant now)
        {
            if (!SendNow && _attempts == MaxAttempts && now >= SentAt + s_firstInterval)
            {
                _attempts = 0;
                SendNow = true;
                ExpiresAt = now + Patience;
            }
        }

        public void Repeat(Instant expiresAt)
        {
            (SendNow, ExpiresAt) = (true, expiresAt);
        }

        public void SendAgain(Instant now)
        {
            if (SendAgainAt <= now)
            {
                SendNow = true;
                SendAgainAt = Instant.Never;
            }
        }
    }
}
