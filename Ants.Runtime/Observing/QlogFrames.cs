using System.Text.Json;
using Ants.Protocol;
using Ants.Protocol.Wire;

namespace Ants.Observing;

/// <summary>
/// Writes the frames of a packet as qlog has them (draft-ietf-quic-qlog-quic-events, the QuicFrame definitions): numbers and lengths, never payload, reset tokens
/// or the tokens of challenges. Frames that QUIC has not keep their names of docs/protocol.md.
/// </summary>
internal static class QlogFrames
{
    // A packet of nothing but PINGs would make a record of 30,000 bytes; none that is meant well has more frames than this.
    private const int MaxFrames = 64;

    /// <summary>Writes the array. Frames of a peer that cannot be read end it: the session ends by them too.</summary>
    public static void Write(Utf8JsonWriter json, uint pathId, ReadOnlySpan<byte> frames)
    {
        json.WriteStartArray("frames"u8);
        WireReader reader = new(frames);
        for (int i = 0; i < MaxFrames && !reader.IsEmpty; i++)
        {
            json.WriteStartObject();
            bool read = reader.TryReadVarInt(out ulong type) && TryWriteOne(json, pathId, type, ref reader);
            json.WriteEndObject();
            if (!read)
            {
                break;
            }
        }

        json.WriteEndArray();
    }

    private static bool TryWriteOne(Utf8JsonWriter json, uint pathId, ulong type, ref WireReader reader)
    {
        if (StreamFrame.IsStream(type))
        {
            return TryWriteStream(json, type, ref reader);
        }

        FrameType kind = (FrameType)type;
        switch (kind)
        {
            case FrameType.Padding:
                return WritePadding(json, ref reader);
            case FrameType.Ping:
                Name(json, "ping"u8);
                return true;
            case FrameType.Ack:
                return TryWriteAck(json, pathId, ref reader);
            case FrameType.PathChallenge:
                Name(json, "path_challenge"u8);
                return reader.TryReadUInt64(out _);
            case FrameType.PathResponse:
                Name(json, "path_response"u8);
                return PathResponseFrame.TryRead(ref reader, out _);
            case FrameType.NewConnectionId:
                return TryWriteConnectionId(json, ref reader);
            case FrameType.Datagram:
                WriteDatagram(json, reader.ReadRest().Length);
                return true;
            case FrameType.DatagramWithLength:
                bool whole = reader.TryReadPrefixed(ushort.MaxValue, out ReadOnlySpan<byte> payload);
                WriteDatagram(json, payload.Length);
                return whole;
            case FrameType.Candidates:
                return TryWriteCandidates(json, ref reader);
            case FrameType.Close:
                return TryWriteClose(json, ref reader);
            default:
                return TryWriteNumbers(json, kind, ref reader);
        }
    }

    private static void Name(Utf8JsonWriter json, ReadOnlySpan<byte> name) => json.WriteString("frame_type"u8, name);

    private static bool WritePadding(Utf8JsonWriter json, ref WireReader reader)
    {
        int length = 1;
        WireReader ahead = reader;
        while (ahead.TryReadByte(out byte next) && next == (byte)FrameType.Padding)
        {
            reader = ahead;
            length++;
        }

        Name(json, "padding"u8);
        json.WriteNumber("payload_length"u8, length);
        return true;
    }

    private static bool TryWriteStream(Utf8JsonWriter json, ulong type, ref WireReader reader)
    {
        bool read = StreamFrame.TryRead(type, ref reader, out StreamFrame frame);
        Name(json, "stream"u8);
        json.WriteNumber("stream_id"u8, frame.StreamId);
        json.WriteNumber("offset"u8, frame.Offset);
        json.WriteNumber("length"u8, frame.Data.Length);
        json.WriteBoolean("fin"u8, frame.Fin);
        return read;
    }

    private static bool TryWriteAck(Utf8JsonWriter json, uint pathId, ref WireReader reader)
    {
        if (!AckFrame.TryRead(ref reader, out AckFrame frame))
        {
            Name(json, "unknown"u8);
            return false;
        }

        // One for another path must not be taken for one of the packets of this group.
        Name(json, frame.PathId == pathId ? "ack"u8 : "path_ack"u8);
        json.WriteNumber("path_id"u8, frame.PathId);
        json.WriteNumber("ack_delay"u8, frame.Delay.TotalMilliseconds);
        json.WriteStartArray("acked_ranges"u8);
        foreach ((ulong first, ulong last) in frame)
        {
            json.WriteStartArray();
            json.WriteNumberValue(first);
            json.WriteNumberValue(last);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        return true;
    }

    private static bool TryWriteConnectionId(Utf8JsonWriter json, ref WireReader reader)
    {
        bool read = NewConnectionIdFrame.TryRead(ref reader, out NewConnectionIdFrame frame);
        Name(json, "new_connection_id"u8);
        json.WriteNumber("path_id"u8, frame.PathId);
        json.WriteString("connection_id"u8, frame.Issued.Id.ToString());
        return read;
    }

    private static void WriteDatagram(Utf8JsonWriter json, int length)
    {
        Name(json, "datagram"u8);
        json.WriteNumber("length"u8, length);
    }

    private static bool TryWriteCandidates(Utf8JsonWriter json, ref WireReader reader)
    {
        bool read = CandidatesFrame.TryRead(ref reader, out ulong sequence, out List<WireCandidate> candidates);
        Name(json, "candidates"u8);
        json.WriteNumber("sequence_number"u8, sequence);
        json.WriteStartArray("candidates"u8);
        foreach (WireCandidate candidate in candidates)
        {
            json.WriteStringValue(candidate.EndPoint.ToString());
        }

        json.WriteEndArray();
        return read;
    }

    private static bool TryWriteClose(Utf8JsonWriter json, ref WireReader reader)
    {
        bool read = CloseFrame.TryRead(ref reader, out CloseFrame frame);
        Name(json, "connection_close"u8);
        json.WriteString("error_space"u8, "transport"u8);
        json.WriteNumber("error_code"u8, frame.Code);
        json.WriteString("reason"u8, frame.Reason);
        return read;
    }

    private static bool TryWriteNumbers(Utf8JsonWriter json, FrameType kind, ref WireReader reader)
    {
        if (NumberFrame.Count(kind) == 0)
        {
            Name(json, "unknown"u8);
            json.WriteNumber("raw_frame_type"u8, (ulong)kind);
            return false;
        }

        bool read = NumberFrame.TryRead(kind, ref reader, out NumberFrame frame);
        (string name, string first, string second, string third) = NamesOf(kind);
        json.WriteString("frame_type"u8, name);
        json.WriteNumber(first, frame.First);
        if (second.Length > 0)
        {
            json.WriteNumber(second, frame.Second);
        }

        if (third.Length > 0)
        {
            json.WriteNumber(third, frame.Third);
        }

        return read;
    }

    private static (string Name, string First, string Second, string Third) NamesOf(FrameType kind) => kind switch
    {
        FrameType.ResetStream => ("reset_stream", "stream_id", "error_code", "final_size"),
        FrameType.StopSending => ("stop_sending", "stream_id", "error_code", ""),
        FrameType.MaxData => ("max_data", "maximum", "", ""),
        FrameType.MaxStreamData => ("max_stream_data", "stream_id", "maximum", ""),
        FrameType.MaxStreams => ("max_streams", "maximum", "", ""),
        FrameType.DataBlocked => ("data_blocked", "limit", "", ""),
        FrameType.StreamDataBlocked => ("stream_data_blocked", "stream_id", "limit", ""),
        FrameType.StreamsBlocked => ("streams_blocked", "limit", "", ""),
        FrameType.PathStatus => ("path_status", "path_id", "status", "packet_number"),
        FrameType.AckFrequency => ("ack_frequency", "path_id", "ack_eliciting_threshold", "requested_max_ack_delay"),
        _ => ("path_abandon", "path_id", "error_code", ""),
    };
}
