using System.Buffers;
using System.Text.Json;
using Ants.Protocol;

namespace Ants.Observing;

/// <summary>
/// Writes the records of one trace: JSON text sequences (RFC 7464), each a record separator, an object and a line feed. Keeps their times from
/// going back, counts what the sink does not take and says so in the trace, and ends it at its greatest length.
/// </summary>
#pragma warning disable CA1001 // A JSON writer over a buffer of ours holds nothing that would have to be given back.
internal sealed class QlogLog
#pragma warning restore CA1001
{
    // RFC 7464 section 2.2.
    private const byte RecordSeparator = 0x1E, LineFeed = 0x0A;

    // The longest record is one packet of 64 frames, or of an ACK with 64 ranges: a few thousand bytes. So much is kept for the last words.
    private const int EndReserve = 1 << 12;

    private readonly ArrayBufferWriter<byte> _record = new(1024);
    private readonly Utf8JsonWriter _json;
    private readonly TraceSink _sink;
    private readonly long _maxBytes;
    private readonly Instant _start;
    private Instant _last;
    private long _bytes, _dropped;
    private bool _isFull, _isNotice;

    public QlogLog(TraceSink sink, long maxBytes, Instant start)
    {
        (_sink, _maxBytes, _start, _last) = (sink, maxBytes, start, start);
        _json = new Utf8JsonWriter(_record, new JsonWriterOptions { SkipValidation = true });
    }

    /// <summary>Begins the record of the header; <see cref="End"/> ends it.</summary>
    public Utf8JsonWriter BeginHeader()
    {
        Reset();
        _json.WriteStartObject();
        return _json;
    }

    /// <summary>
    /// Begins an event; its data are to be written, then <see cref="EndEvent"/> called. Null when the trace is at its end.
    /// </summary>
    public Utf8JsonWriter? Begin(Instant at, ReadOnlySpan<byte> name, string group)
    {
        if (_isFull || _sink.IsOver)
        {
            return null;
        }

        if (_dropped > 0 && !_isNotice)
        {
            TellDropped(at, isLast: false);
        }

        // Events that bring no time are told by the clock, which may be ahead of the moment at which a turn began.
        _last = Instant.Max(_last, at);
        Reset();
        _json.WriteStartObject();
        _json.WriteNumber("time"u8, (_last - _start).TotalMilliseconds);
        _json.WriteString("name"u8, name);
        _json.WriteString("group_id"u8, group);
        _json.WriteStartObject("data"u8);
        return _json;
    }

    public void EndEvent()
    {
        _json.WriteEndObject();
        End();
    }

    public void End()
    {
        if (_bytes + Finish() > _maxBytes - EndReserve)
        {
            TellTruncated();
        }
        else if (!TryAdd(isNotice: false))
        {
            _dropped++;
        }
    }

    /// <summary>The session is over.</summary>
    public void Complete(Instant at)
    {
        if (_dropped > 0 && !_isFull)
        {
            TellDropped(at, isLast: true);
        }

        _sink.Complete();
    }

    /// <summary>Says how much was left out, as soon as there is room again; the last time there always is.</summary>
    private void TellDropped(Instant at, bool isLast)
    {
        _isNotice = true;
        if (Begin(at, "ants:events_dropped"u8, QlogGroups.Session) is { } json)
        {
            json.WriteNumber("count"u8, _dropped);
            json.WriteEndObject();
            Finish();
            _dropped = TryAdd(isLast) ? 0 : _dropped;
        }

        _isNotice = false;
    }

    private int Finish()
    {
        _json.WriteEndObject();
        _json.Flush();
        _record.GetSpan(1)[0] = LineFeed;
        _record.Advance(1);
        return _record.WrittenCount;
    }

    private bool TryAdd(bool isNotice)
    {
        bool taken = _sink.TryAdd(_record.WrittenSpan, isNotice);
        _bytes += taken ? _record.WrittenCount : 0;
        return taken;
    }

    private void TellTruncated()
    {
        _isNotice = true;
        if (Begin(_last, "ants:trace_truncated"u8, QlogGroups.Session) is { } json)
        {
            json.WriteNumber("max_bytes"u8, _maxBytes);
            json.WriteEndObject();
            Finish();
            TryAdd(isNotice: true);
        }

        _isFull = true;
    }

    private void Reset()
    {
        _record.ResetWrittenCount();
        _record.GetSpan(1)[0] = RecordSeparator;
        _record.Advance(1);
        _json.Reset(_record);
    }
}
