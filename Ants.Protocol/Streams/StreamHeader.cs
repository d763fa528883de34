using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Streams;

/// <summary>
/// The first bytes of every stream, from the end that opens it: the name of the protocol that is spoken on it.
/// <code>
/// length | name (UTF-8, 1 to 255 bytes)
/// </code>
/// The length is a variable-length integer.
/// </summary>
internal static class StreamHeader
{
    /// <summary>Names are for people to tell apart; 255 bytes is what DNS and ALPN (RFC 7301) allow theirs.</summary>
    public const int MaxNameBytes = 255;

    /// <summary>The longest header.</summary>
    public const int MaxLength = 2 + MaxNameBytes;

    /// <summary>Whether a header can carry the name.</summary>
    public static bool IsValid(string protocol)
    {
        // A lone surrogate has no UTF-8: the encoder would replace it, and the far end would read another name.
        Span<byte> name = stackalloc byte[MaxNameBytes];
        return protocol.Length > 0
            && Utf8.FromUtf16(protocol, name, out _, out _, replaceInvalidSequences: false) == OperationStatus.Done;
    }

    /// <summary>The header that names <paramref name="protocol"/>.</summary>
    /// <exception cref="ArgumentException">The name is empty, too long or no text.</exception>
    public static byte[] Encode(string protocol)
    {
        if (!IsValid(protocol))
        {
            throw new ArgumentException($"A protocol's name has 1 to {MaxNameBytes} bytes of UTF-8.", nameof(protocol));
        }

        byte[] header = new byte[MaxLength];
        WireWriter writer = new(header);
        writer.WritePrefixed(Encoding.UTF8.GetBytes(protocol));
        return header[..writer.Written];
    }

    /// <summary>Reads a header from the beginning of a stream. When it is complete, <paramref name="length"/> bytes are used up.</summary>
    public static ReadStatus Read(in ReadOnlySequence<byte> stream, out string? protocol, out int length)
    {
        protocol = null;
        length = 0;
        Span<byte> head = stackalloc byte[MaxLength];
        int available = (int)Math.Min(stream.Length, MaxLength);
        stream.Slice(0, available).CopyTo(head);
        WireReader reader = new(head[..available]);
        if (!reader.TryReadVarInt(out ulong nameLength))
        {
            return ReadStatus.Incomplete;
        }

        if (nameLength is 0 or > MaxNameBytes)
        {
            return ReadStatus.Malformed;
        }

        if (!reader.TryReadBytes((int)nameLength, out ReadOnlySpan<byte> name))
        {
            return ReadStatus.Incomplete;
        }

        length = available - reader.Remaining;
        return TryDecode(name, out protocol) ? ReadStatus.Complete : ReadStatus.Malformed;
    }

    private static bool TryDecode(ReadOnlySpan<byte> name, [NotNullWhen(true)] out string? protocol)
    {
        protocol = Utf8.IsValid(name) ? Encoding.UTF8.GetString(name) : null;
        return protocol is not null;
    }
}
