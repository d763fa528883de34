namespace Ants.Nat;

/// <summary>How long a mapping lives, and when to ask for more.</summary>
internal readonly record struct MappingLease(TimeSpan Granted, TimeSpan Renewal, TimeSpan Expiry)
{
    // RFC 6887 section 15: "clients SHOULD cap lifetimes at 24 hours"; also what keeps a huge number from overflowing.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    // RFC 6887 section 11.2.1: renewals are not sent more often than this.
    private static readonly TimeSpan s_shortestPause = TimeSpan.FromSeconds(4);

    /// <summary>
    /// A lease granted now. RFC 6887 section 11.2.1: it is renewed after half its time. A router that grants more than was asked is still
    /// asked as if it had not: that is how its restart is noticed.
    /// </summary>
    public static MappingLease From(TimeSpan now, uint seconds, TimeSpan asked)
    {
        TimeSpan lifetime = TimeSpan.FromSeconds(seconds);
        lifetime = lifetime < s_longest ? lifetime : s_longest;
        TimeSpan shorter = lifetime < asked ? lifetime : asked;
        return new MappingLease(lifetime, now + (shorter / 2), now + lifetime);
    }

    /// <summary>A mapping that the router keeps for good: looked after as if it were leased.</summary>
    public static MappingLease Permanent(TimeSpan now, TimeSpan asked) => new(TimeSpan.Zero, now + (asked / 2), TimeSpan.MaxValue);

    /// <summary>
    /// The same lease, which could not be renewed: to be tried again when half of what is left has passed (RFC 6887 section 11.2.1).
    /// </summary>
    public MappingLease Postponed(TimeSpan now)
    {
        TimeSpan left = Expiry == TimeSpan.MaxValue ? s_longest : Expiry - now;
        return this with { Renewal = now + (left / 2 > s_shortestPause ? left / 2 : s_shortestPause) };
    }
}
