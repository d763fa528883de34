using System.Text.Json;
using Ants.Protocol;
using Ants.Protocol.Paths;
using Ants.Protocol.Recovery;
using Path = Ants.Protocol.Paths.Path;

namespace Ants.Observing;

/// <summary>What a trace has said of one path's measurements, so that it says only what is new.</summary>
internal sealed class QlogMetrics
{
    private TimeSpan _min, _smoothed, _latest, _variance;
    private int _timeouts, _window, _inFlight, _mtu;
    private bool? _slowStart;

    /// <summary>Writes what has changed since the last time.</summary>
    public void Write(QlogLog log, Instant now, Path path)
    {
        WriteRecovery(log, now, path);
        if (path.Recovery.InSlowStart != _slowStart)
        {
            WriteCongestionState(log, now, path);
        }

        if (path.MaxPacketSize != _mtu)
        {
            WriteMtu(log, now, path);
        }
    }

    private void WriteRecovery(QlogLog log, Instant now, Path path)
    {
        if (log.Begin(now, "recovery:metrics_updated"u8, QlogGroups.Of(path.Id)) is not { } json)
        {
            return;
        }

        RttEstimator rtt = path.Rtt;
        if (rtt.HasSample)
        {
            Milliseconds(json, "min_rtt"u8, rtt.Min, ref _min);
            Milliseconds(json, "smoothed_rtt"u8, rtt.Smoothed, ref _smoothed);
            Milliseconds(json, "latest_rtt"u8, rtt.Latest, ref _latest);
            Milliseconds(json, "rtt_variance"u8, rtt.Variance, ref _variance);
        }

        Count(json, "pto_count"u8, path.Recovery.PtoCount, ref _timeouts);
        Count(json, "congestion_window"u8, path.Recovery.CongestionWindow, ref _window);
        Count(json, "bytes_in_flight"u8, path.Recovery.BytesInFlight, ref _inFlight);
        log.EndEvent();
    }

    private void WriteCongestionState(QlogLog log, Instant now, Path path)
    {
        _slowStart = path.Recovery.InSlowStart;
        if (log.Begin(now, "recovery:congestion_state_updated"u8, QlogGroups.Of(path.Id)) is { } json)
        {
            json.WriteString("new"u8, path.Recovery.InSlowStart ? "slow_start"u8 : "congestion_avoidance"u8);
            log.EndEvent();
        }
    }

    private void WriteMtu(QlogLog log, Instant now, Path path)
    {
        if (log.Begin(now, "connectivity:mtu_updated"u8, QlogGroups.Of(path.Id)) is { } json)
        {
            if (_mtu > 0)
            {
                json.WriteNumber("old"u8, _mtu);
            }

            json.WriteNumber("new"u8, path.MaxPacketSize);
            log.EndEvent();
        }

        _mtu = path.MaxPacketSize;
    }

    private static void Milliseconds(Utf8JsonWriter json, ReadOnlySpan<byte> name, TimeSpan value, ref TimeSpan known)
    {
        if (value != known)
        {
            known = value;
            json.WriteNumber(name, value.TotalMilliseconds);
        }
    }

    private static void Count(Utf8JsonWriter json, ReadOnlySpan<byte> name, int value, ref int known)
    {
        if (value != known)
        {
            known = value;
            json.WriteNumber(name, value);
        }
    }
}
