using System.Globalization;
using System.Text.RegularExpressions;

namespace Ants.Testing.Lab;

/// <summary>Packets that a NAT has counted since it was added, of both families where it has both.</summary>
/// <param name="Outbound">Forwarded from the private to the public side.</param>
/// <param name="Inbound">Forwarded from the public to the private side.</param>
/// <param name="Refused">Dropped by the NAT's filtering: nobody inside had asked for them.</param>
/// <param name="Blocked">Dropped because of <see cref="LabNat.CutAsync"/> or <see cref="LabNat.BlockUdpAsync"/>, or because the NAT lets no such thing out.</param>
public sealed partial record LabNatCounters(long Outbound, long Inbound, long Refused, long Blocked)
{
    /// <summary>Reads the answer of <c>nft list counters</c>.</summary>
    internal static LabNatCounters Parse(string listing)
    {
        Dictionary<string, long> packets = [];
        foreach (Match match in CounterPattern().Matches(listing))
        {
            string name = match.Groups["name"].Value;
            packets[name] = packets.GetValueOrDefault(name) + long.Parse(match.Groups["packets"].ValueSpan, CultureInfo.InvariantCulture);
        }

        return new LabNatCounters(
            packets[NatRules.OutboundCounter],
            packets[NatRules.InboundCounter],
            packets[NatRules.RefusedCounter],
            packets[NatRules.BlockedCounter]);
    }

    [GeneratedRegex(@"counter (?<name>\w+) \{\s*packets (?<packets>\d+)")]
    private static partial Regex CounterPattern();
}
