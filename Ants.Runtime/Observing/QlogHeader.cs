using System.Globalization;
using System.Net;
using System.Text.Json;
using Ants.Protocol;
using Ants.Protocol.Paths;
using Ants.Protocol.Sessions;

namespace Ants.Observing;

/// <summary>
/// The first records of a trace. The dialect is qlog 0.3, with event names in the categories of that time: qvis reads nothing later. The members that
/// later drafts ask for (<c>file_schema</c>, <c>serialization_format</c>) stand beside.
/// </summary>
internal static class QlogHeader
{
    /// <summary>The header.</summary>
    public static void Write(QlogLog log, QlogSession session, SessionKeys? keys)
    {
        Utf8JsonWriter json = log.BeginHeader();
        json.WriteString("qlog_version"u8, "0.3"u8);
        json.WriteString("qlog_format"u8, "JSON-SEQ"u8);
        json.WriteString("file_schema"u8, "urn:ietf:params:qlog:file:sequential"u8);
        json.WriteString("serialization_format"u8, "application/qlog+json-seq"u8);
        json.WriteString("title"u8, "ANTS session"u8);
        json.WriteStartObject("trace"u8);
        json.WriteString("title"u8, $"{session.LocalId} with {(session.IsRelay ? "relay " : "")}{session.PeerId}");
        json.WriteStartObject("vantage_point"u8);
        json.WriteString("name"u8, session.LocalId.ToString());
        json.WriteString("type"u8, session.IsInitiator ? "client"u8 : "server"u8);
        json.WriteEndObject();
        json.WriteStartObject("common_fields"u8);
        if (keys is not null)
        {
            // The same at both ends, so that their two traces can be found to be of one session.
            json.WriteString("ODCID"u8, (keys.IsInitiator ? keys.Local : keys.Peer).First.Id.ToString());
        }

        json.WriteStartArray("protocol_type"u8);
        json.WriteStringValue("ANTS"u8);
        json.WriteEndArray();
        json.WriteString("time_format"u8, "relative"u8);
        json.WriteNumber("reference_time"u8, (session.Start - DateTimeOffset.UnixEpoch).TotalMilliseconds);
        json.WriteEndObject();
        json.WriteEndObject();
        log.End();
    }

    /// <summary>That the handshake is done, where it went, and what both ends allow.</summary>
    public static void WriteStarted(QlogLog log, Instant now, IPEndPoint local, Session session, SessionKeys keys)
    {
        if (log.Begin(now, "connectivity:connection_started"u8, QlogGroups.Session) is { } json)
        {
            json.WriteString("protocol"u8, "ANTS"u8);
            json.WriteString("src_ip"u8, local.Address.ToString());
            json.WriteNumber("src_port"u8, local.Port);
            if (keys.Via.EndPoint is { } remote)
            {
                json.WriteString("dst_ip"u8, remote.Address.ToString());
                json.WriteNumber("dst_port"u8, remote.Port);
            }

            json.WriteString("carrier"u8, PathSteps.CarrierName(keys.Via.Kind));
            json.WriteString("src_cid"u8, keys.Local.First.Id.ToString());
            json.WriteString("dst_cid"u8, keys.Peer.First.Id.ToString());
            log.EndEvent();
        }

        WriteParameters(log, now, "local"u8, session.Options.Parameters);
        WriteParameters(log, now, "remote"u8, keys.PeerParameters);
    }

    /// <summary>An address as text, without what the id of the peer says already.</summary>
    public static string Text(CarrierAddress address) => address.EndPoint?.ToString()
        ?? string.Create(CultureInfo.InvariantCulture, $"{(address.Kind == CarrierKind.Relayed ? "link" : "connection")} {address.Link}");

    private static void WriteParameters(QlogLog log, Instant now, ReadOnlySpan<byte> owner, TransportParameters parameters)
    {
        if (log.Begin(now, "transport:parameters_set"u8, QlogGroups.Session) is { } json)
        {
            json.WriteString("owner"u8, owner);
            json.WriteNumber("initial_max_data"u8, parameters.InitialMaxData);
            json.WriteNumber("initial_max_stream_data_bidi_remote"u8, parameters.InitialMaxStreamData);
            json.WriteNumber("initial_max_streams_bidi"u8, parameters.InitialMaxStreams);
            json.WriteNumber("max_ack_delay"u8, parameters.MaxAckDelay.TotalMilliseconds);
            json.WriteNumber("max_datagram_frame_size"u8, parameters.MaxDatagramSize);
            json.WriteNumber("max_idle_timeout"u8, parameters.IdleTimeout.TotalMilliseconds);
            log.EndEvent();
        }
    }
}
