using System.Text.Json;
using Ants.Protocol;
using Ants.Protocol.Paths;
using Ants.Protocol.Sessions;
using Path = Ants.Protocol.Paths.Path;

namespace Ants.Observing;

/// <summary>Writes what a session tells of itself: its start and end, and what becomes of its paths.</summary>
internal sealed class QlogNews
{
    private CarrierAddress? _carrying;

    public void Write(QlogLog log, Instant now, in SessionEvent e)
    {
        switch (e.Kind)
        {
            case SessionEventKind.Established:
                WriteState(log, now, "handshake_complete"u8);
                break;
            case SessionEventKind.PathChanged:
                WriteChange(log, now, e);
                break;
            case SessionEventKind.DirectPathFailed:
                WriteRemote(log, now, "ants:direct_path_failed"u8, e.Remote);
                break;
            case SessionEventKind.Doubted:
                WriteRemote(log, now, "ants:path_doubted"u8, e.Remote);
                break;
            case SessionEventKind.PathSuspected:
                WriteRemote(log, now, "ants:path_suspected"u8, e.Remote);
                break;
            case SessionEventKind.Dormant:
                WriteState(log, now, "dormant"u8);
                break;
            case SessionEventKind.Revived:
                WriteState(log, now, "revived"u8);
                break;
            case SessionEventKind.Closed:
                WriteEnd(log, now, e.End!);
                break;
            default:
                // Streams, datagrams and candidates stand in their packets.
                break;
        }
    }

    /// <summary>A path's state has changed, by the table of <see cref="PathTransitions"/>.</summary>
    public static void WriteState(QlogLog log, Instant now, Path path, PathState before, PathTrigger trigger)
    {
        if (log.Begin(now, "ants:path_state_updated"u8, QlogGroups.Of(path.Id)) is { } json)
        {
            json.WriteNumber("path_id"u8, path.Id);
            json.WriteString("old"u8, Name(before));
            json.WriteString("new"u8, Name(path.State));
            json.WriteString("trigger"u8, Name(trigger));
            WriteAddress(json, path.Remote);
            log.EndEvent();
        }
    }

    /// <summary>The peer is seen at another address, or is gone back to.</summary>
    public static void WriteMove(QlogLog log, Instant now, Path path, CarrierAddress before)
    {
        if (log.Begin(now, "ants:path_moved"u8, QlogGroups.Of(path.Id)) is { } json)
        {
            json.WriteNumber("path_id"u8, path.Id);
            json.WriteString("old_remote"u8, QlogHeader.Text(before));
            WriteAddress(json, path.Remote);
            log.EndEvent();
        }
    }

    private static void WriteState(QlogLog log, Instant now, ReadOnlySpan<byte> state)
    {
        if (log.Begin(now, "connectivity:connection_state_updated"u8, QlogGroups.Session) is { } json)
        {
            json.WriteString("new"u8, state);
            log.EndEvent();
        }
    }

    private static void WriteRemote(QlogLog log, Instant now, ReadOnlySpan<byte> name, CarrierAddress remote)
    {
        if (log.Begin(now, name, QlogGroups.Session) is { } json)
        {
            WriteAddress(json, remote);
            log.EndEvent();
        }
    }

    private void WriteChange(QlogLog log, Instant now, in SessionEvent e)
    {
        if (log.Begin(now, "ants:path_changed"u8, QlogGroups.Session) is { } json)
        {
            json.WriteString("change"u8, PathSteps.Name(PathSteps.Of(_carrying, e.Remote)));
            WriteAddress(json, e.Remote);
            json.WriteNumber("smoothed_rtt"u8, e.RoundTrip.TotalMilliseconds);
            log.EndEvent();
        }

        _carrying = e.Remote;
    }

    private static void WriteEnd(QlogLog log, Instant now, SessionEnd end)
    {
        if (log.Begin(now, "connectivity:connection_closed"u8, QlogGroups.Session) is { } json)
        {
            json.WriteString("owner"u8, end.Cause is SessionEndCause.Peer or SessionEndCause.PeerRestarted or SessionEndCause.Refused ? "remote"u8 : "local"u8);
            json.WriteNumber("connection_code"u8, (ulong)end.Code);
            json.WriteString("reason"u8, end.Reason);
            json.WriteString("trigger"u8, end switch
            {
                { Cause: SessionEndCause.PeerRestarted } => "stateless_reset"u8,
                { Cause: SessionEndCause.HandshakeTimeout } => "handshake_timeout"u8,
                { Cause: SessionEndCause.NoPath } => "idle_timeout"u8,
                { Code: SessionErrorCode.None } => "clean"u8,
                _ => "error"u8,
            });
            log.EndEvent();
        }
    }

    private static void WriteAddress(Utf8JsonWriter json, CarrierAddress address)
    {
        json.WriteString("carrier"u8, PathSteps.CarrierName(address.Kind));
        json.WriteString("remote"u8, QlogHeader.Text(address));
    }

    // Not by ToString of the enum: the words of a file format stand still when code is renamed.
    private static string Name(PathState state) => state switch
    {
        PathState.Validating => "validating",
        PathState.Standby => "standby",
        PathState.Active => "active",
        PathState.Failed => "failed",
        PathState.Abandoned => "abandoned",
        _ => "unknown",
    };

    private static string Name(PathTrigger trigger) => trigger switch
    {
        PathTrigger.Challenge => "challenge",
        PathTrigger.Validated => "validated",
        PathTrigger.Selected => "selected",
        PathTrigger.Deselected => "deselected",
        PathTrigger.Failure => "failure",
        _ => "abandon",
    };
}
