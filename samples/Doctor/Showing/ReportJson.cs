using System.Net.Sockets;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ants.Nat;

namespace Ants.Samples.Doctor.Showing;

/// <summary>The report as one JSON object: <c>{"network":{...},"peer":{...}}</c>. Times are milliseconds, sizes bytes; what is not known is null.</summary>
internal static class ReportJson
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Examination examination)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, s_options))
        {
            json.WriteStartObject();
            json.WriteStartObject("network");
            WriteNetwork(json, examination.Network);
            json.WriteEndObject();
            if (examination.Traversal is { } traversal)
            {
                json.WriteStartObject("peer");
                WritePeer(json, traversal);
                json.WriteEndObject();
            }
            else if (examination.PeerProblem is { } problem)
            {
                json.WriteStartObject("peer");
                json.WriteString("problem", problem);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void WriteNetwork(Utf8JsonWriter json, NatReport network)
    {
        json.WriteString("udp", network.Udp == UdpReach.Unknown ? null : Words.Of(network.Udp));
        json.WriteNumber("port", network.Port);
        WriteAll(json, "families", network.Families, WriteFamily);
        WriteAll(json, "mappings", network.PortMapping.Mappings, WriteMapping);
        WriteAll(json, "routers", network.PortMapping.Attempts, WriteAttempt);
        WriteTexts(json, "advertised", network.AdvertisedAddresses);
        WriteAll(json, "relays", network.Relays, WriteRelay);
        json.WriteBoolean("complete", network.IsComplete);
        json.WriteString("explanation", network.Explanation);
    }

    private static void WriteFamily(Utf8JsonWriter json, FamilyReport family)
    {
        json.WriteString("family", family.Family == AddressFamily.InterNetwork ? "IPv4" : "IPv6");
        WriteTexts(json, "host_addresses", family.HostAddresses);
        WriteTexts(json, "public_addresses", family.PublicAddresses);
        if (family.Behaviour is not { } behaviour)
        {
            json.WriteNull("nat");
            return;
        }

        json.WriteStartObject("nat");
        json.WriteString("name", behaviour.CommonName);
        json.WriteString("mapping", Words.Of(behaviour.Mapping));
        json.WriteBoolean("mapping_exact", behaviour.IsMappingExact);
        json.WriteString("filtering", Words.Of(behaviour.Filtering));
        json.WriteBoolean("filtering_exact", behaviour.IsFilteringExact);
        json.WriteString("ports", Words.Of(behaviour));
        WriteMaybe(json, "hairpinning", behaviour.Hairpinning, json.WriteBoolean);
        WriteMaybe(json, "binding_lifetime_ms", behaviour.BindingLifetime?.TotalMilliseconds, json.WriteNumber);
        json.WriteBoolean("remembered", behaviour.FromCache);
        json.WriteEndObject();
    }

    private static void WriteMapping(Utf8JsonWriter json, PortMapping mapping)
    {
        json.WriteString("protocol", Words.Of(mapping.Protocol));
        json.WriteString("router", mapping.Gateway.Router.ToString());
        json.WriteString("external", mapping.External.ToString());
        json.WriteString("internal", mapping.Internal.ToString());
        json.WriteNumber("lifetime_ms", mapping.Lifetime.TotalMilliseconds);
        json.WriteBoolean("behind_another_nat", mapping.IsBehindAnotherNat);
    }

    private static void WriteAttempt(Utf8JsonWriter json, PortMappingAttempt attempt)
    {
        json.WriteString("router", attempt.Gateway.Router.ToString());
        json.WriteString("protocol", Words.Of(attempt.Protocol));
        json.WriteString("outcome", Words.Of(attempt.Outcome));
        json.WriteString("detail", attempt.Detail);
    }

    private static void WriteRelay(Utf8JsonWriter json, RelayReport relay)
    {
        json.WriteString("address", relay.Address.ToString());
        json.WriteBoolean("held", relay.IsHeld);
        json.WriteString("endpoint", relay.EndPoint?.ToString());
        json.WriteString("carrier", !relay.IsHeld ? null : relay.OverWebSocket ? "websocket" : "udp");
        WriteMaybe(json, "rtt_ms", relay.RoundTrip?.TotalMilliseconds, json.WriteNumber);
        WriteMaybe(json, "mtu", relay.Mtu, json.WriteNumber);
        json.WriteString("problem", relay.Problem);
    }

    private static void WritePeer(Utf8JsonWriter json, TraversalReport traversal)
    {
        json.WriteString("id", traversal.PeerId.ToString());
        json.WriteString("path", traversal.Path.Kind == PathKind.Direct ? "direct" : "relayed");
        json.WriteString("remote", traversal.Path.Remote.ToString());
        json.WriteNumber("rtt_ms", traversal.Path.RoundTrip.TotalMilliseconds);
        json.WriteString("plan", Words.Of(traversal.Outlook.Plan));
        json.WriteNumber("attempts", traversal.Attempts);
        WriteAll(json, "local", traversal.Local, WriteCandidate);
        WriteAll(json, "tried", traversal.Tried, (writer, tried) =>
        {
            WriteCandidate(writer, tried.Candidate);
            writer.WriteNumber("probes", tried.Probes);
            writer.WriteBoolean("in_use", tried.IsInUse);
        });
        json.WriteString("reason", traversal.Reason.ToString());
        json.WriteString("explanation", traversal.Explanation);
    }

    private static void WriteCandidate(Utf8JsonWriter json, Candidate candidate)
    {
        json.WriteString("kind", Words.Of(candidate.Kind));
        json.WriteString("address", candidate.Endpoint.ToString());
        json.WriteString("mapping", Words.Of(candidate.Mapping));
        json.WriteString("filtering", Words.Of(candidate.Filtering));
    }

    private static void WriteAll<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTexts<T>(Utf8JsonWriter json, string name, IEnumerable<T> items)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStringValue(item!.ToString());
        }

        json.WriteEndArray();
    }

    private static void WriteMaybe<T>(Utf8JsonWriter json, string name, T? value, Action<string, T> write)
        where T : struct
    {
        if (value is { } known)
        {
            write(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
