using System.Buffers.Binary;

namespace Ants.Samples.Throughput.Measuring;

/// <summary>What one process counted between the end of the warm-up and the end of the time.</summary>
/// <param name="Verdict">Whether it counts.</param>
/// <param name="Bytes">Of the application's: of nothing beneath it.</param>
/// <param name="Elapsed">How long that took.</param>
/// <param name="Cpu">What the process used of the processors meanwhile, in user mode and in the kernel.</param>
internal readonly record struct Report(Verdict Verdict, long Bytes, TimeSpan Elapsed, TimeSpan Cpu)
{
    // The verdict, then five numbers of 64 bits.
    private const int Size = 1 + (5 * sizeof(long));

    /// <summary>Managed bytes that the process allocated meanwhile.</summary>
    public long Allocated { get; init; }

    /// <summary>Packets that it sent and received meanwhile; zero when nobody counts them.</summary>
    public long Packets { get; init; }

    /// <summary>Processors in use, on average.</summary>
    public double Processors => Cpu / Elapsed;

    /// <summary>The rate.</summary>
    public double BytesPerSecond => Bytes / Elapsed.TotalSeconds;

    /// <summary>What it allocates for a packet; null when nobody counts packets.</summary>
    public double? AllocatedPerPacket => Packets > 0 ? (double)Allocated / Packets : null;

    /// <summary>No measurement, and what to say of it.</summary>
    public static Report Of(Verdict verdict) => new(verdict, 0, TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>Tells it to the other end.</summary>
    public async Task WriteAsync(Stream stream, CancellationToken ct)
    {
        byte[] bytes = new byte[Size];
        bytes[0] = (byte)Verdict;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), Elapsed.Ticks);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(17), Cpu.Ticks);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(25), Allocated);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(33), Packets);
        await stream.WriteAsync(bytes, ct);
        await stream.FlushAsync(ct);
    }

    /// <summary>Hears it from the other end.</summary>
    /// <exception cref="EndOfStreamException">The other end says nothing.</exception>
    public static async Task<Report> ReadAsync(Stream stream, CancellationToken ct)
    {
        byte[] bytes = new byte[Size];
        await stream.ReadExactlyAsync(bytes, ct);
        return new Report(
            (Verdict)bytes[0],
            BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(1)),
            new TimeSpan(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(9))),
            new TimeSpan(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(17))))
        {
            Allocated = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(25)),
            Packets = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(33)),
        };
    }

    /// <summary>Itself, if it counts.</summary>
    /// <exception cref="ThroughputException">It does not; the message says why.</exception>
    public Report OrThrow() => Verdict == Verdict.Counts ? this : throw new ThroughputException(Verdict switch
    {
        Verdict.WrongPath => "The receiver's path was not of the kind to be measured, all along.",
        Verdict.Corrupted => "The receiver read other bytes than were written.",
        Verdict.TooSlow => "The receiver did not get enough to measure in time.",
        _ => "The receiver answers in a way that this version does not know.",
    });
}
