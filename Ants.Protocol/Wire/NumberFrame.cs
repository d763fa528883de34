namespace Ants.Protocol.Wire;

/// <summary>
/// The frames that hold nothing but one to three variable-length integers.
/// <code>
/// RESET_STREAM        (0x03) | stream id | error code | final size
/// STOP_SENDING        (0x04) | stream id | error code
/// MAX_DATA            (0x05) | limit in bytes
/// MAX_STREAM_DATA     (0x06) | stream id | limit in bytes
/// MAX_STREAMS         (0x07) | streams that the peer may have opened in all
/// DATA_BLOCKED        (0x08) | limit that blocks
/// STREAM_DATA_BLOCKED (0x09) | stream id | limit that blocks
/// STREAMS_BLOCKED     (0x0A) | limit that blocks
/// PATH_STATUS         (0x0E) | path id | status (1: failed) | largest packet number received on it, plus 1
/// PATH_ABANDON        (0x0F) | path id | error code
/// ACK_FREQUENCY       (0x1C) | path id | packets that ask, until they are acknowledged | longest delay in us
/// </code>
/// </summary>
internal readonly record struct NumberFrame(FrameType Type, ulong First, ulong Second = 0, ulong Third = 0)
{
    public int Length => 1 + VarInt.Length(First) + (Count(Type) > 1 ? VarInt.Length(Second) : 0)
        + (Count(Type) > 2 ? VarInt.Length(Third) : 0);

    /// <summary>How many numbers follow <paramref name="type"/>; zero when it is another kind of frame.</summary>
    public static int Count(FrameType type) => type switch
    {
        FrameType.ResetStream or FrameType.PathStatus or FrameType.AckFrequency => 3,
        FrameType.StopSending or FrameType.MaxStreamData or FrameType.StreamDataBlocked
            or FrameType.PathAbandon => 2,
        FrameType.MaxData or FrameType.MaxStreams or FrameType.DataBlocked or FrameType.StreamsBlocked => 1,
        _ => 0,
    };

    public static bool TryRead(FrameType type, ref WireReader reader, out NumberFrame frame)
    {
        int count = Count(type);
        ulong second = 0, third = 0;
        bool read = reader.TryReadVarInt(out ulong first)
            && (count < 2 || reader.TryReadVarInt(out second))
            && (count < 3 || reader.TryReadVarInt(out third));
        frame = new NumberFrame(type, first, second, third);
        return read;
    }

    /// <summary>Writes the frame; false, and nothing written, when it does not fit.</summary>
    public bool TryWrite(ref WireWriter writer)
    {
        if (writer.Remaining < Length)
        {
            return false;
        }

        writer.WriteVarInt((ulong)Type);
        writer.WriteVarInt(First);
        if (Count(Type) > 1)
        {
            writer.WriteVarInt(Second);
        }

        if (Count(Type) > 2)
        {
            writer.WriteVarInt(Third);
        }

        return true;
    }
}
