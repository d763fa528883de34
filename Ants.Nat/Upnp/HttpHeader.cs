using System.Globalization;
using System.Text;

namespace Ants.Nat;

/// <summary>
/// The head of an HTTP answer: its status and the fields. Reads what routers send rather than what RFC 9112 allows: lines that end in LF
/// alone, names in any case, no reason, blanks anywhere.
/// </summary>
internal readonly struct HttpHeader
{
    // Some routers send long cookies. Nobody needs more.
    private const int MostFields = 64;

    private readonly (string Name, string Value)[] _fields;

    private HttpHeader(int status, (string, string)[] fields, int length)
    {
        Status = status;
        _fields = fields;
        Length = length;
    }

    public int Status { get; }

    /// <summary>Bytes until the body begins.</summary>
    public int Length { get; }

    /// <summary>The first field of that name; empty when there is none.</summary>
    public string this[string name] =>
        Array.Find(_fields, field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value ?? "";

    /// <summary>Where the empty line is that ends the head: bytes until the body begins; -1 if it has not come.</summary>
    public static int FindEnd(ReadOnlySpan<byte> bytes)
    {
        int crlf = bytes.IndexOf("\r\n\r\n"u8), lf = bytes.IndexOf("\n\n"u8);
        return (crlf, lf) switch
        {
            (-1, -1) => -1,
            (-1, _) => lf + 2,
            (_, -1) => crlf + 4,
            _ => crlf < lf ? crlf + 4 : lf + 2,
        };
    }

    /// <summary>Reads a head that is there as a whole, or a datagram that is all head.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out HttpHeader header)
    {
        header = default;
        int end = FindEnd(bytes);
        int length = end < 0 ? bytes.Length : end;
        string[] lines = Encoding.Latin1.GetString(bytes[..length]).Split('\n', MostFields + 1);
        string[] status = lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (status.Length < 2 || !status[0].StartsWith("HTTP/", StringComparison.OrdinalIgnoreCase)
            || !int.TryParse(status[1], NumberStyles.None, CultureInfo.InvariantCulture, out int code) || code is < 100 or > 999)
        {
            return false;
        }

        header = new HttpHeader(code, [.. lines.Skip(1).Select(Field)], length);
        return true;
    }

    private static (string Name, string Value) Field(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? ("", "") : (line[..colon].Trim(), line[(colon + 1)..].Trim());
    }
}
