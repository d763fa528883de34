using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats;

/// <summary>Which pairs of networks get a direct path, and how: from the networks' behaviour alone, before any run.</summary>
/// <param name="Verdict">Whether it goes direct.</param>
/// <param name="Techniques">By which techniques that is possible; several may be, and the first to be answered wins.</param>
internal sealed record Expectation(Verdict Verdict, Techniques Techniques)
{
    /// <summary>Of a pair, in either order.</summary>
    public static Expectation Of(LabHomeKind a, LabHomeKind b)
    {
        NetworkTraits one = NetworkTraits.Of(a), other = NetworkTraits.Of(b);
        if (!one.HasUdp || !other.HasUdp)
        {
            return new Expectation(Verdict.Relayed, Techniques.None);
        }

        if (a == LabHomeKind.SameLan && b == LabHomeKind.SameLan)
        {
            return new Expectation(Verdict.Direct, Techniques.Host);
        }

        Techniques techniques = Opened(one.Openings | other.Openings) | Punched(one, other) | (one.HasIPv6 && other.HasIPv6 ? Techniques.IPv6 : 0);
        return new Expectation(
            techniques != Techniques.None ? Verdict.Direct : CanBeGuessed(one, other) ? Verdict.Either : Verdict.Relayed, techniques);
    }

    /// <summary>Whether the pair must go direct.</summary>
    public static bool IsDirect(LabHomeKind a, LabHomeKind b) => Of(a, b).Verdict == Verdict.Direct;

    // Whoever comes in by an opening is sometimes seen at a port that he does not have: where the host has sent to him by its NAT's other way before,
    // Linux has to tell the two flows apart, and gives the later one another source port.
    private static Techniques Opened(Techniques openings) => openings == Techniques.None ? openings : openings | Techniques.PeerReflexive;

    /// <summary>
    /// Both know where the other will send from, or the one who does not know lets it in anyway: a side that shows everyone one address is sent
    /// to there, and lets in whatever port that comes from unless it filters by port.
    /// </summary>
    private static Techniques Punched(NetworkTraits one, NetworkTraits other) =>
        one.MapsByEndpoint && other.MapsByEndpoint ? Techniques.Reflexive
        : Admits(one) || Admits(other) ? Techniques.PeerReflexive
        : Techniques.None;

    private static bool Admits(NetworkTraits side) => side is { MapsByEndpoint: true, Filter: not NetworkFilter.AddressAndPort };

    // A random port of the other side's cannot be guessed, so that a guess of one's own is of no use.
    private static bool CanBeGuessed(NetworkTraits one, NetworkTraits other) =>
        (one.IsSequential || other.IsSequential) && (one.IsSequential || one.MapsByEndpoint) && (other.IsSequential || other.MapsByEndpoint);
}
