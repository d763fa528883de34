using System.Text.Json;
using Ants.Protocol;
using Ants.Protocol.Observing;
using Ants.Protocol.Paths;
using Ants.Protocol.Recovery;
using Ants.Protocol.Sessions;
using Path = Ants.Protocol.Paths.Path;

namespace Ants.Observing;

/// <summary>
/// The trace of one session, in the events of draft-ietf-quic-qlog-quic-events as far as QUIC has them, and in the namespace <c>ants</c> where it has
/// not. It begins with the first thing that the peer has proved, or with the failure of a call of our own: strangers make no files.
/// </summary>
internal sealed class QlogTrace(QlogTraces traces, Session session) : ISessionObserver
{
    private readonly Dictionary<uint, QlogMetrics> _metrics = [];
    private readonly QlogNews _news = new();
    private QlogLog? _log;
    private bool _isBegun;
    private uint _sealedWith, _openedWith;

    public void OnPacketSent(Instant now, Path path, SentPacket packet, ReadOnlySpan<byte> frames, int size)
    {
        // Early answers to somebody who has proved nothing yet are not worth a file.
        if (session.State == SessionState.Unconfirmed || Begun(now) is not { } log)
        {
            return;
        }

        NoteKey(log, now, "local"u8, packet.KeyGeneration, ref _sealedWith);
        if (log.Begin(now, "transport:packet_sent"u8, QlogGroups.Of(path.Id)) is { } json)
        {
            WritePacket(json, path.Id, packet.Number, size, frames);
            if (packet.IsMtuProbe)
            {
                json.WriteBoolean("is_mtu_probe_packet"u8, true);
            }

            log.EndEvent();
        }
    }

    public void OnProbeSent(Instant now, CarrierAddress to, ulong number, ReadOnlySpan<byte> frames, int size)
    {
        if (Begun(now)?.Begin(now, "transport:packet_sent"u8, QlogGroups.Of(ProbePath.PathId)) is { } json)
        {
            WritePacket(json, ProbePath.PathId, number, size, frames);
            json.WriteString("remote"u8, QlogHeader.Text(to));
            _log!.EndEvent();
        }
    }

    public void OnPacketReceived(Instant now, in ReceivedPacket packet)
    {
        if (Begun(now) is not { } log)
        {
            return;
        }

        uint pathId = packet.PathOrProbe?.Id ?? ProbePath.PathId;
        NoteKey(log, now, "remote"u8, packet.KeyGeneration, ref _openedWith);
        if (log.Begin(now, "transport:packet_received"u8, QlogGroups.Of(pathId)) is { } json)
        {
            WritePacket(json, pathId, packet.Number, packet.Size, packet.Frames);
            if (packet.IsProbe)
            {
                json.WriteString("remote"u8, QlogHeader.Text(packet.From));
            }

            log.EndEvent();
        }
    }

    public void OnPacketDropped(Instant now, uint pathId, int size)
    {
        // Not what begins a trace: anybody can make it happen.
        if (_log?.Begin(now, "transport:packet_dropped"u8, QlogGroups.Of(pathId)) is { } json)
        {
            WriteHeader(json, pathId, number: null);
            WriteSize(json, size);
            json.WriteString("trigger"u8, "payload_decrypt_error"u8);
            _log.EndEvent();
        }
    }

    public void OnAcknowledged(Instant now, Path path)
    {
        if (_log is not null)
        {
            MetricsOf(path.Id).Write(_log, now, path);
        }
    }

    public void OnPacketLost(uint pathId, SentPacket packet)
    {
        if (_log?.Begin(traces.Now, "recovery:packet_lost"u8, QlogGroups.Of(pathId)) is { } json)
        {
            WriteHeader(json, pathId, packet.Number);
            WriteSize(json, packet.Size);
            if (packet.IsMtuProbe)
            {
                json.WriteBoolean("is_mtu_probe_packet"u8, true);
            }

            _log.EndEvent();
        }
    }

    public void OnPathState(Path path, PathState before, PathTrigger trigger)
    {
        if ((_isBegun || session.State != SessionState.Unconfirmed) && Begun(traces.Now) is { } log)
        {
            QlogNews.WriteState(log, traces.Now, path, before, trigger);
            if (path.State is PathState.Active or PathState.Failed)
            {
                MetricsOf(path.Id).Write(log, traces.Now, path);
            }
        }
    }

    public void OnPathMoved(Path path, CarrierAddress before)
    {
        if ((_isBegun || session.State != SessionState.Unconfirmed) && Begun(traces.Now) is { } log)
        {
            QlogNews.WriteMove(log, traces.Now, path, before);
        }
    }

    public void OnEvent(in SessionEvent e)
    {
        bool isOurs = session.Keys?.IsInitiator ?? true;
        if ((isOurs || _isBegun) && Begun(traces.Now) is { } log)
        {
            _news.Write(log, traces.Now, e);
        }
    }

    public void OnForgotten()
    {
        _log?.Complete(traces.Now);
        _log = null;
    }

    private QlogLog? Begun(Instant now)
    {
        if (!_isBegun)
        {
            _isBegun = true;
            _log = traces.Begin(session);
            if (_log is not null && session.Keys is { } keys)
            {
                QlogHeader.WriteStarted(_log, now, traces.Local, session, keys);
            }
        }

        return _log;
    }

    private QlogMetrics MetricsOf(uint path)
    {
        if (!_metrics.TryGetValue(path, out QlogMetrics? metrics))
        {
            _metrics[path] = metrics = new QlogMetrics();
        }

        return metrics;
    }

    private static void NoteKey(QlogLog log, Instant now, ReadOnlySpan<byte> owner, uint generation, ref uint known)
    {
        if (generation <= known)
        {
            return;
        }

        known = generation;
        if (log.Begin(now, "security:key_updated"u8, QlogGroups.Session) is { } json)
        {
            json.WriteString("owner"u8, owner);
            json.WriteNumber("generation"u8, generation);
            log.EndEvent();
        }
    }

    private static void WritePacket(Utf8JsonWriter json, uint pathId, ulong number, int size, ReadOnlySpan<byte> frames)
    {
        WriteHeader(json, pathId, number);
        WriteSize(json, size);
        QlogFrames.Write(json, pathId, frames);
    }

    private static void WriteHeader(Utf8JsonWriter json, uint pathId, ulong? number)
    {
        // The only type of packet that a session has is that of QUIC's short header.
        json.WriteStartObject("header"u8);
        json.WriteString("packet_type"u8, "1RTT"u8);
        if (number is { } known)
        {
            json.WriteNumber("packet_number"u8, known);
        }

        json.WriteNumber("path_id"u8, pathId);
        json.WriteEndObject();
    }

    private static void WriteSize(Utf8JsonWriter json, int size)
    {
        json.WriteStartObject("raw"u8);
        json.WriteNumber("length"u8, size);
        json.WriteEndObject();
    }
}
