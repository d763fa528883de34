using System.Text;

namespace Ants.Protocol.Wire;

/// <summary>
/// Ends the session.
/// <code>
/// CLOSE (0x1B) | error code | length | reason in UTF-8
/// </code>
/// </summary>
internal readonly record struct CloseFrame(ulong Code, string Reason)
{
    // A sentence for a person; a longer one is cut.
    public const int MaxReason = 200;

    public const int MaxLength = 1 + 8 + 2 + MaxReason;

    public static bool TryRead(ref WireReader reader, out CloseFrame frame)
    {
        frame = default;
        if (!reader.TryReadVarInt(out ulong code) || !reader.TryReadPrefixed(MaxReason, out ReadOnlySpan<byte> reason))
        {
            return false;
        }

        frame = new CloseFrame(code, DecodeReason(reason));
        return true;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteVarInt((ulong)FrameType.Close);
        writer.WriteVarInt(Code);
        writer.WritePrefixed(EncodeReason(Reason));
    }

    /// <summary>At most <see cref="MaxReason"/> bytes of UTF-8, never a cut character.</summary>
    public static byte[] EncodeReason(string reason)
    {
        byte[] bytes = new byte[MaxReason];
        Encoding.UTF8.GetEncoder().Convert(reason, bytes, flush: true, out _, out int used, out _);
        return bytes[..used];
    }

    /// <summary>Text of a peer's: invalid bytes replaced, control characters taken out, so that a log line stays a line.</summary>
    public static string DecodeReason(ReadOnlySpan<byte> reason)
    {
        string text = Encoding.UTF8.GetString(reason);
        return string.Concat(text.Where(c => !char.IsControl(c)));
    }
}
