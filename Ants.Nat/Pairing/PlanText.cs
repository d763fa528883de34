using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>A pair's plan in words.</summary>
internal static class PlanText
{
    public static string Of(PairOutlook outlook) => Of(outlook.Plan) + (outlook.Family is { } family ? $", {NameOf(family)}" : "");

    private static string Of(PairPlan plan) => plan switch
    {
        PairPlan.None => "nothing to try",
        PairPlan.SameNetwork => "both are behind one external address",
        PairPlan.ReachPeer => "the peer takes packets unasked",
        PairPlan.BeReached => "this side takes packets unasked",
        PairPlan.SimultaneousOpen => "both send at once",
        PairPlan.Unforeseeable => "ports that cannot be foretold",
        _ => "all addresses are tried",
    };

    private static string NameOf(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4";
}
