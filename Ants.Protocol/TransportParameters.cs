using Ants.Protocol.Streams;
using Ants.Protocol.Wire;

namespace Ants.Protocol;

/// <summary>
/// What each end tells the other in the payload of its handshake message.
/// <code>
/// { id | length | value } ...     to the end of the block
/// </code>
/// All variable-length integers. Unknown ids are ignored, and each sender adds one at random (id = 31 n + 27, as
/// RFC 9000 section 18.1) so that ignoring them stays exercised. A double id is an error.
/// </summary>
internal sealed record TransportParameters
{
    // 25 ms is what RFC 9000 section 18.2 takes as default: an ACK every second packet makes longer ones rare anyway.
    public static readonly TimeSpan DefaultMaxAckDelay = TimeSpan.FromMilliseconds(25);

    // Drivers' timers count milliseconds.
    public static readonly TimeSpan DefaultLeastAckDelay = TimeSpan.FromMilliseconds(1);

    /// <summary>MAX_DATA at the start, in bytes.</summary>
    public ulong InitialMaxData { get; init; } = StreamLimits.Default.SessionBytes;

    /// <summary>MAX_STREAM_DATA of every stream at its start, in bytes.</summary>
    public ulong InitialMaxStreamData { get; init; } = StreamLimits.Default.StreamBytes;

    /// <summary>Streams that the peer may open.</summary>
    public ulong InitialMaxStreams { get; init; } = StreamLimits.Default.Streams;

    /// <summary>The longest that an acknowledgement is held back.</summary>
    public TimeSpan MaxAckDelay { get; init; } = DefaultMaxAckDelay;

    /// <summary>The longest DATAGRAM payload taken, in bytes; 0: none.</summary>
    public ulong MaxDatagramSize { get; init; } = 1200;

    /// <summary>The session is dropped when nothing has been heard for this long; zero: never.</summary>
    public TimeSpan IdleTimeout { get; init; }

    /// <summary>
    /// From a relay: it answers FORWARD. From an agent: it takes packets of other agents from the relay's address, beside the session.
    /// </summary>
    public bool Forwards { get; init; }

    /// <summary>
    /// The shortest time for which this end can hold an acknowledgement back; naming it allows the peer to send ACK_FREQUENCY. Null: it
    /// does not take that.
    /// </summary>
    public TimeSpan? LeastAckDelay { get; init; } = DefaultLeastAckDelay;

    private enum Id : ulong
    {
        InitialMaxData = 1,
        InitialMaxStreamData = 2,
        InitialMaxStreams = 3,
        MaxAckDelayMs = 4,
        MaxDatagramSize = 5,
        IdleTimeoutMs = 6,
        Forwards = 7,
        LeastAckDelayUs = 8,
    }

    /// <summary><paramref name="other"/> where it is the same: most peers say what we say, and it is kept as long as the session.</summary>
    public TransportParameters ShareWith(TransportParameters other) => this == other ? other : this;

    /// <summary>Writes the block. <paramref name="grease"/> is a random number that picks the meaningless parameter.</summary>
    public void Write(ref WireWriter writer, byte grease)
    {
        WriteOne(ref writer, Id.InitialMaxData, InitialMaxData);
        WriteOne(ref writer, Id.InitialMaxStreamData, InitialMaxStreamData);
        WriteOne(ref writer, Id.InitialMaxStreams, InitialMaxStreams);
        WriteOne(ref writer, Id.MaxAckDelayMs, (ulong)MaxAckDelay.TotalMilliseconds);
        WriteOne(ref writer, Id.MaxDatagramSize, MaxDatagramSize);
        WriteOne(ref writer, Id.IdleTimeoutMs, (ulong)IdleTimeout.TotalMilliseconds);
        if (Forwards)
        {
            WriteOne(ref writer, Id.Forwards, 1);
        }

        if (LeastAckDelay is { } least)
        {
            WriteOne(ref writer, Id.LeastAckDelayUs, (ulong)least.TotalMicroseconds);
        }

        WriteOne(ref writer, (Id)((31UL * grease) + 27), grease);
    }

    /// <summary>What the sender of these lets the other end do with streams.</summary>
    public StreamLimits ToStreamLimits() => new(InitialMaxStreams, InitialMaxData, InitialMaxStreamData);

    /// <summary>Reads a block to its end; false when it is malformed or a value is out of its range.</summary>
    public static bool TryRead(ReadOnlySpan<byte> block, out TransportParameters parameters)
    {
        parameters = new TransportParameters { InitialMaxData = 0, InitialMaxStreamData = 0, InitialMaxStreams = 0, MaxDatagramSize = 0, LeastAckDelay = null };
        WireReader reader = new(block);
        ulong seen = 0;
        while (!reader.IsEmpty)
        {
            if (!reader.TryReadVarInt(out ulong id) || !reader.TryReadPrefixed(256, out ReadOnlySpan<byte> raw))
            {
                return false;
            }

            if (id is 0 or > (ulong)Id.LeastAckDelayUs)
            {
                continue;
            }

            WireReader value = new(raw);
            if ((seen & (1UL << (int)id)) != 0 || !value.TryReadVarInt(out ulong number) || !value.IsEmpty
                || !TryApply((Id)id, number, ref parameters))
            {
                return false;
            }

            seen |= 1UL << (int)id;
        }

        return true;
    }

    private static bool TryApply(Id id, ulong number, ref TransportParameters parameters)
    {
        // Times are bounded so that adding them to an instant cannot overflow; RFC 9000 bounds max_ack_delay at 2^14 ms.
        switch (id)
        {
            case Id.InitialMaxData:
                parameters = parameters with { InitialMaxData = number };
                return true;
            case Id.InitialMaxStreamData:
                parameters = parameters with { InitialMaxStreamData = number };
                return true;
            case Id.InitialMaxStreams:
                parameters = parameters with { InitialMaxStreams = number };
                return number <= 1UL << 60;
            case Id.MaxAckDelayMs:
                parameters = parameters with { MaxAckDelay = TimeSpan.FromMilliseconds(Math.Min(number, 1 << 14)) };
                return number < 1 << 14;
            case Id.MaxDatagramSize:
                parameters = parameters with { MaxDatagramSize = number };
                return true;
            case Id.Forwards:
                parameters = parameters with { Forwards = number != 0 };
                return true;
            case Id.LeastAckDelayUs:
                // As the max_ack_delay: a peer for which that is too short says so by a longer one.
                parameters = parameters with { LeastAckDelay = TimeSpan.FromMicroseconds(Math.Min(number, 1 << 24)) };
                return number < 1 << 24;
            default:
                parameters = parameters with { IdleTimeout = TimeSpan.FromMilliseconds(Math.Min(number, 1UL << 32)) };
                return true;
        }
    }

    private static void WriteOne(ref WireWriter writer, Id id, ulong value)
    {
        writer.WriteVarInt((ulong)id);
        writer.WriteVarInt((ulong)VarInt.Length(value));
        writer.WriteVarInt(value);
    }
}
