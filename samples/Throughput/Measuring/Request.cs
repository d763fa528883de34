using System.Buffers.Binary;

namespace Ants.Samples.Throughput.Measuring;

/// <summary>What the sending end asks the receiving end to measure; the first bytes between them.</summary>
/// <param name="Work">What will be done.</param>
/// <param name="Way">Over what: a <see cref="PathKind"/> between agents, or a <c>Yardstick</c>.</param>
/// <param name="Streams">Over how many streams.</param>
/// <param name="Length">For how long, after the warm-up.</param>
internal readonly record struct Request(Work Work, byte Way, int Streams, TimeSpan Length)
{
    /// <summary>More are no measurement but a test of patience.</summary>
    public const int MaxStreams = 100;

    private const int Size = 8;

    /// <summary>
    /// What is not counted: code is compiled, and compiled again with care, by threads for which two busy processors leave little time; windows and
    /// congestion control find their size. One second was not enough: after it one stream was 0.39 x TLS in the next two seconds and 0.64 x in the next
    /// eight, and code that was compiled with care at once 0.69 x. Nor were three where most code has a part: with two WebSockets and a relay between
    /// them a sixth of the processors' time went to the compiler, and the rate rose for ten seconds.
    /// </summary>
    public static TimeSpan WarmUp { get; } = TimeSpan.FromSeconds(8);

    /// <summary>The longest that one may take; a typing error beyond.</summary>
    public static TimeSpan MaxLength { get; } = TimeSpan.FromHours(1);

    /// <summary>When to give up: the whole of it and as long again as a slow start or a last retransmission may take.</summary>
    public TimeSpan Limit => WarmUp + Length + TimeSpan.FromSeconds(15);

    /// <summary>Tells it to the other end.</summary>
    public async Task WriteAsync(Stream stream, CancellationToken ct)
    {
        byte[] bytes = new byte[Size];
        bytes[0] = (byte)Work;
        bytes[1] = Way;
        bytes[2] = (byte)Streams;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), (int)Length.TotalMilliseconds);
        await stream.WriteAsync(bytes, ct);
        await stream.FlushAsync(ct);
    }

    /// <summary>Hears it from the other end; null when it is none.</summary>
    /// <exception cref="EndOfStreamException">The other end says nothing.</exception>
    public static async Task<Request?> ReadAsync(Stream stream, CancellationToken ct)
    {
        byte[] bytes = new byte[Size];
        await stream.ReadExactlyAsync(bytes, ct);
        Request request = new(
            (Work)bytes[0], bytes[1], bytes[2], TimeSpan.FromMilliseconds(BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4))));
        return Enum.IsDefined(request.Work) && request.Streams is > 0 and <= MaxStreams
            && request.Length > TimeSpan.Zero && request.Length <= MaxLength
            ? request
            : null;
    }
}
