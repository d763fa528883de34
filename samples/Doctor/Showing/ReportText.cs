using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Ants.Nat;

namespace Ants.Samples.Doctor.Showing;

/// <summary>The report for people: one screen of 100 columns.</summary>
internal sealed class ReportText
{
    private const int LabelWidth = 14;
    private const int Width = 100;

    private readonly StringBuilder _text = new();

    private ReportText()
    {
    }

    public static string Write(Examination examination)
    {
        ReportText report = new();
        report.WriteNetwork(examination.Network);
        if (examination.Traversal is { } traversal)
        {
            report.WritePeer(traversal);
        }

        if (examination.PeerProblem is { } problem)
        {
            report._text.AppendLine();
            report.Row("Peer", problem);
        }

        return report._text.ToString();
    }

    private void WriteNetwork(NatReport network)
    {
        Row("UDP", Words.Of(network.Udp));
        foreach (FamilyReport family in network.Families)
        {
            WriteFamily(family, network.Port);
        }

        WriteMappings(network.PortMapping);
        if (network.AdvertisedAddresses.Count > 0)
        {
            Row("Advertised", string.Join(", ", network.AdvertisedAddresses));
        }

        string label = "Relays";
        foreach (RelayReport relay in network.Relays)
        {
            Row(label, Describe(relay));
            label = "";
        }

        _text.AppendLine();
        Row("Peers", network.Explanation);
        if (!network.IsComplete)
        {
            Row("", "(Not everything was answered in time: the report may be incomplete.)");
        }
    }

    private void WriteFamily(FamilyReport family, int port)
    {
        string label = family.Family == AddressFamily.InterNetwork ? "IPv4" : "IPv6";
        if (family.HostAddresses.Count == 0 && family.PublicAddresses.Count == 0)
        {
            Row(label, "no address");
            return;
        }

        string own = string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", family.HostAddresses)} port {port}");
        Row(label, family.PublicAddresses.Count == 0 ? own : $"{own}, seen from outside as {string.Join(", ", family.PublicAddresses)}");
        if (family.Behaviour is { } behaviour)
        {
            Row("", $"{behaviour.CommonName}: mapping {Words.Of(behaviour.Mapping)}{AtLeast(behaviour.Mapping != MappingBehaviour.Unknown && !behaviour.IsMappingExact)}, "
                + $"filtering {Words.Of(behaviour.Filtering)}{AtLeast(behaviour.Filtering != FilteringBehaviour.Unknown && !behaviour.IsFilteringExact)}");
            List<string> more = [];
            if (behaviour.Allocation != PortAllocation.Unknown)
            {
                more.Add($"ports {Words.Of(behaviour)}");
            }

            if (behaviour.Hairpinning is { } hairpinning)
            {
                more.Add(hairpinning ? "hairpinning" : "no hairpinning");
            }

            if (behaviour.BindingLifetime is { } lifetime)
            {
                more.Add(string.Create(CultureInfo.InvariantCulture, $"mappings live {lifetime.TotalSeconds:0} s or longer"));
            }

            if (more.Count > 0)
            {
                Row("", string.Join(", ", more) + (behaviour.FromCache ? " (remembered)" : ""));
            }
        }
    }

    private static string AtLeast(bool isBound) => isBound ? " (at least)" : "";

    private void WriteMappings(PortMappingReport mappings)
    {
        string label = "Port mapping";
        foreach (PortMapping mapping in mappings.Mappings)
        {
            string lease = mapping.Lifetime == TimeSpan.Zero ? "until it is deleted"
                : string.Create(CultureInfo.InvariantCulture, $"renewed, else gone after {mapping.Lifetime.TotalSeconds:0} s");
            Row(label, $"{Words.Of(mapping.Protocol)}: {mapping.External} leads to {mapping.Internal}, {lease}"
                + (mapping.IsBehindAnotherNat ? "; behind another NAT, so of use only inside it" : ""));
            label = "";
        }

        foreach (IGrouping<NetworkGateway, PortMappingAttempt> router in mappings.Attempts.GroupBy(attempt => attempt.Gateway))
        {
            Row(label, $"router {router.Key.Router}: {string.Join(", ", router.Select(Describe))}");
            label = "";
        }

        if (label.Length > 0)
        {
            Row(label, "no router to ask");
        }
    }

    private static string Describe(PortMappingAttempt attempt) =>
        $"{Words.Of(attempt.Protocol)} {Words.Of(attempt.Outcome)}{(attempt.Detail.Length > 0 ? $" ({attempt.Detail})" : "")}";

    private static string Describe(RelayReport relay)
    {
        if (!relay.IsHeld)
        {
            return $"{relay.Address}: {relay.Problem ?? "not reached yet"}";
        }

        string carrier = relay.OverWebSocket ? "WebSocket" : "UDP";
        string roundTrip = relay.RoundTrip is { } time ? $", {Words.Milliseconds(time)}" : "";
        string mtu = relay.Mtu is { } bytes ? string.Create(CultureInfo.InvariantCulture, $", packets up to {bytes:N0} bytes") : "";
        return $"{relay.EndPoint} by {carrier}{roundTrip}{mtu}";
    }

    private void WritePeer(TraversalReport traversal)
    {
        _text.AppendLine();
        Row("Peer", $"{traversal.PeerId}");
        Row("", $"{traversal.Path}, {Words.Milliseconds(traversal.Path.RoundTrip)}");
        Row("Plan", Words.Of(traversal.Outlook.Plan));
        string label = "Tried";
        foreach (ProbedAddress tried in traversal.Tried)
        {
            string result = tried.IsInUse ? "in use" : tried.Probes == 0 ? "not probed" : "no answer";
            Row(label, string.Create(CultureInfo.InvariantCulture, $"{Words.Of(tried.Candidate.Kind)} {tried.Candidate.Endpoint}: {tried.Probes} probe{(tried.Probes == 1 ? "" : "s")}, {result}"));
            label = "";
        }

        Row("Why", traversal.Explanation);
    }

    /// <summary>One row, broken between words where it is too long.</summary>
    private void Row(string label, string text)
    {
        int column = LabelWidth;
        _text.Append(label.PadRight(LabelWidth));
        foreach (string word in text.Split(' '))
        {
            if (column > LabelWidth && column + word.Length >= Width)
            {
                _text.AppendLine().Append(' ', LabelWidth);
                column = LabelWidth;
            }

            _text.Append(column > LabelWidth ? " " : "").Append(word);
            column += word.Length + 1;
        }

        _text.AppendLine();
    }
}
