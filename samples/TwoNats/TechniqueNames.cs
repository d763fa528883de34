namespace Ants.Samples.TwoNats;

/// <summary>The techniques' names in tables and JSON.</summary>
internal static class TechniqueNames
{
    // In the order in which one explains a path better than another: what needs no luck first.
    private static readonly (Techniques Technique, string Name)[] s_names =
    [
        (Techniques.Host, "host"),
        (Techniques.IPv6, "ipv6"),
        (Techniques.Advertised, "advertised"),
        (Techniques.Pcp, "pcp"),
        (Techniques.NatPmp, "nat-pmp"),
        (Techniques.Upnp, "upnp"),
        (Techniques.PeerReflexive, "peer-reflexive"),
        (Techniques.Reflexive, "reflexive"),
    ];

    /// <summary>All of a set's names, the better ones first; <c>relayed</c> for none.</summary>
    public static string ToName(this Techniques techniques) => techniques == Techniques.None
        ? "relayed"
        : string.Join('+', s_names.Where(n => techniques.HasFlag(n.Technique)).Select(n => n.Name));

    /// <summary>The one of a set that explains a path best.</summary>
    public static Techniques Best(this Techniques techniques) => s_names.Select(n => n.Technique).FirstOrDefault(one => techniques.HasFlag(one));
}
