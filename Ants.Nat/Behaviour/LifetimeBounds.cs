namespace Ants.Nat;

/// <summary>What is known of how long a NAT keeps a mapping through which nothing passes.</summary>
/// <param name="Held">The longest silence that one was seen to outlive; zero before the first.</param>
/// <param name="Lost">The shortest after which it was gone; null if none was.</param>
internal readonly record struct LifetimeBounds(TimeSpan Held, TimeSpan? Lost)
{
    // What many home routers give (RFC 4787 section 4.3 found 30 s too), and just above what agents keep alive by 25 s: the first
    // trial says whether that is enough.
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(30);

    // A network that loses a mapping within that is kept alive by nothing reasonable.
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(5);

    // RFC 4787 REQ-5 recommends five minutes; what outlives ten needs no keeping to speak of.
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);

    // Known to a fifth is known well enough: what is used of it is half.
    private const double CloseEnough = 1.2;

    /// <summary>The silence to try next; null when enough is known.</summary>
    public TimeSpan? Next
    {
        get
        {
            if (Lost is { } lost)
            {
                TimeSpan middle = (Held + lost) / 2;
                return lost <= s_shortest || lost <= Held * CloseEnough ? null : middle;
            }

            return Held >= s_longest ? null : Held < s_first ? s_first : Held * 2 < s_longest ? Held * 2 : s_longest;
        }
    }

    /// <summary>The bounds after one more trial. A NAT that contradicts what was known is believed: it may be another.</summary>
    public LifetimeBounds After(TimeSpan silence, bool held) => held
        ? new LifetimeBounds(silence > Held ? silence : Held, Lost > silence ? Lost : null)
        : new LifetimeBounds(Held < silence ? Held : TimeSpan.Zero, silence);
}
