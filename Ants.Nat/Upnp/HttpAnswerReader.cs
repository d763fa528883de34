namespace Ants.Nat;

/// <summary>
/// Gathers an HTTP answer as it comes, in bounded memory. Bodies are XML documents of two kinds, and one whose last tag has come is whole, whatever
/// the router says of its length: many a router counts wrong, and many do not close what they said they would. Any other body lasts until
/// the connection ends, or our patience.
/// </summary>
internal sealed class HttpAnswerReader
{
    /// <summary>The most that is read of an answer. Descriptions of the largest gateways have 40 KB.</summary>
    public const int MostBytes = 128 * 1024;

    // Longer heads are not looked through again with every byte that comes.
    private const int MostHead = 16 * 1024;

    private const int FirstSize = 4096;

    private byte[] _bytes = new byte[FirstSize];
    private int _length;
    private HttpHeader? _header;
    private ChunkedBody? _chunks;
    private bool _isEmpty;

    /// <summary>Where the next bytes are to be put; empty when it takes no more.</summary>
    public Memory<byte> Free
    {
        get
        {
            if (_length == _bytes.Length && _length < MostBytes)
            {
                Array.Resize(ref _bytes, _length * 2);
            }

            return _bytes.AsMemory(_length);
        }
    }

    /// <summary>Takes bytes that were put into <see cref="Free"/>.</summary>
    /// <returns>Whether the answer is whole, or cannot become one.</returns>
    public bool Advance(int count)
    {
        int from = _length;
        _length += count;
        if (_header is null)
        {
            if (HttpHeader.FindEnd(_bytes.AsSpan(0, _length)) < 0)
            {
                return _length > MostHead;
            }

            if (!HttpHeader.TryRead(_bytes.AsSpan(0, _length), out HttpHeader header))
            {
                return true;
            }

            _header = header;
            _chunks = header["Transfer-Encoding"].Contains("chunked", StringComparison.OrdinalIgnoreCase) ? new ChunkedBody() : null;
            _isEmpty = header["Content-Length"] == "0";
            from = header.Length;
        }

        if (_chunks is not null)
        {
            _length = from + _chunks.Decode(_bytes.AsSpan(from, _length - from));
        }

        return IsWhole(_bytes.AsSpan(_header.Value.Length, _length - _header.Value.Length));
    }

    /// <summary>What has come, whole or not; null if not even the head has.</summary>
    public HttpAnswer? Finish() => _header is { } header ? new HttpAnswer(header.Status, _bytes[header.Length.._length]) : null;

    private bool IsWhole(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> text = body.TrimEnd("\r\n\t \0"u8);
        return _chunks is { IsOver: true }
            || text.EndsWith("</root>"u8) || text.EndsWith("Envelope>"u8)
            || (_isEmpty && _chunks is null);
    }
}
