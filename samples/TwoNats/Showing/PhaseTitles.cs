using Ants.Samples.TwoNats.Telling;

namespace Ants.Samples.TwoNats.Showing;

/// <summary>What the phases are called before people.</summary>
internal static class PhaseTitles
{
    public static string Title(this Phase phase) => phase switch
    {
        Phase.Meet => "The two meet over the relay",
        Phase.Promote => "Their session looks for a direct path",
        Phase.Cut => "The firewall cuts the direct path",
        Phase.KillRelay => "The relay that carries it is killed",
        Phase.LetUdp => "The firewall lets UDP out",
        Phase.BlockUdp => "The firewall drops UDP again",
        Phase.Redirect => "The firewall opens again",
        Phase.KillStandby => "The relay behind it is killed",
        Phase.Rebind => "The NAT forgets its mappings",
        Phase.Move => "Bob moves to another network",
        Phase.Check => "Every line is accounted for",
        _ => throw new ArgumentOutOfRangeException(nameof(phase)),
    };
}
