using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Ants.Protocol.Wire;

/// <summary>Writes fields front to back into a buffer that the caller has sized; see <see cref="Remaining"/> before a write.</summary>
internal ref struct WireWriter(Span<byte> destination)
{
    private readonly Span<byte> _buffer = destination;

    public int Written { get; private set; }

    public readonly int Remaining => _buffer.Length - Written;

    /// <summary>What has been written.</summary>
    public readonly ReadOnlySpan<byte> Span => _buffer[..Written];

    public void WriteByte(byte value) => _buffer[Written++] = value;

    public void WriteUInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[Written..], value);
        Written += 2;
    }

    public void WriteUInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_buffer[Written..], value);
        Written += 8;
    }

    public void WriteVarInt(ulong value) => Written += VarInt.Write(_buffer[Written..], value);

    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer[Written..]);
        Written += bytes.Length;
    }

    /// <summary>The bytes behind a variable-length integer that counts them.</summary>
    public void WritePrefixed(ReadOnlySpan<byte> bytes)
    {
        WriteVarInt((ulong)bytes.Length);
        WriteBytes(bytes);
    }

    /// <summary>
    /// An address: one byte of family (0: none, and nothing follows; 4; 6), two of port, then 4 or 16 of address.
    /// </summary>
    public void WriteEndPoint(IPEndPoint? endPoint)
    {
        if (endPoint is null)
        {
            WriteByte(0);
            return;
        }

        WriteByte(endPoint.AddressFamily == AddressFamily.InterNetwork ? (byte)4 : (byte)6);
        WriteUInt16((ushort)endPoint.Port);
        if (!endPoint.Address.TryWriteBytes(_buffer[Written..], out int length))
        {
            throw new ArgumentException("The buffer is too small for the address.", nameof(endPoint));
        }

        Written += length;
    }

    /// <summary>Takes <paramref name="length"/> bytes for the caller to fill.</summary>
    public Span<byte> Take(int length)
    {
        Span<byte> taken = _buffer.Slice(Written, length);
        Written += length;
        return taken;
    }

    /// <summary>What lies ahead, at most <paramref name="length"/> bytes of it, for another writer; nothing is taken.</summary>
    public readonly Span<byte> Ahead(int length) => _buffer.Slice(Written, Math.Min(length, Remaining));

    /// <summary>Zero bytes, which are PADDING frames.</summary>
    public void Pad(int count) => Take(count).Clear();
}
