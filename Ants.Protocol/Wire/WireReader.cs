using System.Buffers.Binary;
using System.Net;

namespace Ants.Protocol.Wire;

/// <summary>Reads fields from untrusted bytes, front to back. Every read tells whether the bytes sufficed; none throws.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> source)
{
    private ReadOnlySpan<byte> _rest = source;

    public readonly bool IsEmpty => _rest.IsEmpty;

    public readonly int Remaining => _rest.Length;

    public bool TryReadByte(out byte value)
    {
        value = 0;
        if (_rest.IsEmpty)
        {
            return false;
        }

        value = _rest[0];
        _rest = _rest[1..];
        return true;
    }

    public bool TryReadUInt16(out ushort value)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(_rest, out value))
        {
            return false;
        }

        _rest = _rest[2..];
        return true;
    }

    public bool TryReadUInt64(out ulong value)
    {
        if (!BinaryPrimitives.TryReadUInt64BigEndian(_rest, out value))
        {
            return false;
        }

        _rest = _rest[8..];
        return true;
    }

    public bool TryReadVarInt(out ulong value)
    {
        if (!VarInt.TryRead(_rest, out value, out int length))
        {
            return false;
        }

        _rest = _rest[length..];
        return true;
    }

    /// <summary>Reads a variable-length integer that must not exceed <paramref name="max"/>.</summary>
    public bool TryReadVarInt(ulong max, out ulong value) => TryReadVarInt(out value) && value <= max;

    public bool TryReadBytes(int length, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (length < 0 || length > _rest.Length)
        {
            return false;
        }

        bytes = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    /// <summary>Reads bytes that a variable-length integer counts, at most <paramref name="max"/> of them.</summary>
    public bool TryReadPrefixed(int max, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        return TryReadVarInt((ulong)max, out ulong length) && TryReadBytes((int)length, out bytes);
    }

    /// <summary>Reads an address: family (0 none, 4, 6), then port and address; see <see cref="WireWriter.WriteEndPoint"/>.</summary>
    public bool TryReadEndPoint(out IPEndPoint? endPoint)
    {
        endPoint = null;
        if (!TryReadByte(out byte family))
        {
            return false;
        }

        int length = family switch { 0 => 0, 4 => 4, 6 => 16, _ => -1 };
        if (length <= 0)
        {
            return length == 0;
        }

        if (!TryReadUInt16(out ushort port) || !TryReadBytes(length, out ReadOnlySpan<byte> address))
        {
            return false;
        }

        endPoint = new IPEndPoint(new IPAddress(address), port);
        return true;
    }

    public ReadOnlySpan<byte> ReadRest()
    {
        ReadOnlySpan<byte> rest = _rest;
        _rest = default;
        return rest;
    }
}
