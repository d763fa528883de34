using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ants.Samples.Chat.Output;

/// <summary>One JSON object per line, each written at once, each with the milliseconds since the process started.</summary>
internal sealed class JsonOutput(Stream output, Func<TimeSpan> sinceStart) : IChatOutput
{
    // The lines go to programs and terminals, never into HTML: only what JSON itself asks for is escaped.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <inheritdoc/>
    public void Ready(AgentId agent, Invite invite) => Write("ready", json =>
    {
        json.WriteString("agent", agent.ToString());
        json.WriteString("invite", invite.ToString());
    });

    /// <inheritdoc/>
    public void Network(NatReport report) => Write("network", json =>
    {
        json.WriteString("udp", report.Udp.ToString());
        json.WriteStartArray("families");
        foreach (FamilyReport family in report.Families)
        {
            json.WriteStartObject();
            json.WriteString("family", family.Family == AddressFamily.InterNetwork ? "IPv4" : "IPv6");
            json.WriteString("nat", family.Behaviour?.CommonName);
            WriteTexts(json, "host", family.HostAddresses);
            WriteTexts(json, "public", family.PublicAddresses);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteTexts(json, "mapped", report.PortMapping.Mappings.Select(mapping => mapping.External));
        json.WriteString("explanation", report.Explanation);
    });

    /// <inheritdoc/>
    public void Session(AgentId peer) => Write("session", json => json.WriteString("peer", peer.ToString()));

    /// <inheritdoc/>
    public void Path(PathChange change) => Write("path", json =>
    {
        json.WriteString("kind", change.Kind == PathKind.Direct ? "direct" : "relayed");
        json.WriteString("remote", change.Remote.ToString());
        json.WriteNumber("rtt_ms", Math.Round(change.RoundTrip.TotalMilliseconds, 2));
    });

    /// <inheritdoc/>
    public void Relayed(string why) => Write("relayed", json => json.WriteString("why", why));

    /// <inheritdoc/>
    public void Line(long sequence, string text) => Write("line", json =>
    {
        json.WriteNumber("seq", sequence);
        json.WriteString("text", text);
    });

    /// <inheritdoc/>
    public void Closed(string reason) => Write("closed", json => json.WriteString("reason", reason));

    // A program that reads the events is told in every case how it ended.
    /// <inheritdoc/>
    public void NotConnected(string reason) => Closed(reason);

    private static void WriteTexts<T>(Utf8JsonWriter json, string name, IEnumerable<T> items)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStringValue(item!.ToString());
        }

        json.WriteEndArray();
    }

    private void Write(string name, Action<Utf8JsonWriter> writeMembers)
    {
        lock (_lock)
        {
            _buffer.ResetWrittenCount();
            using (Utf8JsonWriter json = new(_buffer, s_options))
            {
                json.WriteStartObject();
                json.WriteString("event", name);
                json.WriteNumber("t_ms", (long)sinceStart().TotalMilliseconds);
                writeMembers(json);
                json.WriteEndObject();
            }

            Debug.Assert(!_buffer.WrittenSpan.Contains((byte)'\n'), "JSON strings escape their line ends.");
            _buffer.Write("\n"u8);
            output.Write(_buffer.WrittenSpan);
            output.Flush();
        }
    }
}
