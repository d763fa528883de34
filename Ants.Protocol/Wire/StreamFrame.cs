namespace Ants.Protocol.Wire;

/// <summary>
/// Bytes of a stream.
/// <code>
/// STREAM (0x10 | FIN 1 | LEN 2 | OFF 4) | stream id | [offset] | [length] | data
/// </code>
/// Without LEN the data run to the end of the packet.
/// </summary>
internal readonly ref struct StreamFrame(ulong streamId, ulong offset, ReadOnlySpan<byte> data, bool fin)
{
    private const ulong FinBit = 1, LengthBit = 2, OffsetBit = 4;

    public ulong StreamId { get; } = streamId;

    public ulong Offset { get; } = offset;

    public ReadOnlySpan<byte> Data { get; } = data;

    public bool Fin { get; } = fin;

    public static bool IsStream(ulong type) => type is >= 0x10 and <= 0x17;

    public static bool TryRead(ulong type, ref WireReader reader, out StreamFrame frame)
    {
        frame = default;
        ulong offset = 0;
        if (!reader.TryReadVarInt(out ulong id) || ((type & OffsetBit) != 0 && !reader.TryReadVarInt(out offset)))
        {
            return false;
        }

        ReadOnlySpan<byte> data;
        if ((type & LengthBit) == 0)
        {
            data = reader.ReadRest();
        }
        else if (!reader.TryReadPrefixed(ushort.MaxValue, out data))
        {
            return false;
        }

        // RFC 9000 section 19.8: no stream is longer than 2^62 - 1.
        if (offset + (ulong)data.Length > VarInt.MaxValue)
        {
            return false;
        }

        frame = new StreamFrame(id, offset, data, (type & FinBit) != 0);
        return true;
    }

    /// <summary>Bytes before the data, with a length field for up to <paramref name="length"/> of data.</summary>
    public static int HeaderLength(ulong streamId, ulong offset, int length) =>
        1 + VarInt.Length(streamId) + (offset == 0 ? 0 : VarInt.Length(offset)) + VarInt.Length((ulong)length);

    /// <summary>Writes the header, with a length field; the caller then fills what this returns.</summary>
    public static Span<byte> Write(ref WireWriter writer, ulong streamId, ulong offset, int length, bool fin)
    {
        ulong type = (ulong)FrameType.Stream | LengthBit | (fin ? FinBit : 0) | (offset == 0 ? 0 : OffsetBit);
        writer.WriteVarInt(type);
        writer.WriteVarInt(streamId);
        if (offset != 0)
        {
            writer.WriteVarInt(offset);
        }

        writer.WriteVarInt((ulong)length);
        return writer.Take(length);
    }
}
