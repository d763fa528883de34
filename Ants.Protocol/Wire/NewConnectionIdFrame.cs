using System.Buffers.Binary;

namespace Ants.Protocol.Wire;

/// <summary>
/// Gives the peer the connection id to use on a path that does not exist yet, so that opening it costs no round trip.
/// <code>
/// NEW_CONNECTION_ID (0x0B) | path id | connection id (8 bytes) | reset token (16 bytes)
/// </code>
/// </summary>
internal readonly record struct NewConnectionIdFrame(uint PathId, IssuedConnectionId Issued)
{
    public const int MaxLength = 1 + 8 + IssuedConnectionId.Size;

    public static bool TryRead(ref WireReader reader, out NewConnectionIdFrame frame)
    {
        frame = default;
        if (!reader.TryReadVarInt(uint.MaxValue, out ulong path) || !TryReadIssued(ref reader, out IssuedConnectionId issued))
        {
            return false;
        }

        frame = new NewConnectionIdFrame((uint)path, issued);
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteVarInt((ulong)FrameType.NewConnectionId);
        writer.WriteVarInt(PathId);
        WriteIssued(ref writer, Issued);
    }

    public static bool TryReadIssued(ref WireReader reader, out IssuedConnectionId issued)
    {
        issued = default;
        if (!reader.TryReadUInt64(out ulong id) || !reader.TryReadBytes(StatelessReset.TokenSize, out ReadOnlySpan<byte> token))
        {
            return false;
        }

        issued = new IssuedConnectionId(new ConnectionId(id), BinaryPrimitives.ReadUInt128BigEndian(token));
        return true;
    }

    public static void WriteIssued(ref WireWriter writer, IssuedConnectionId issued)
    {
        writer.WriteUInt64(issued.Id.Value);
        BinaryPrimitives.WriteUInt128BigEndian(writer.Take(StatelessReset.TokenSize), issued.Token);
    }
}
