namespace Ants.Samples.Throughput.Measuring;

/// <summary>What one measurement found; what it did not measure is null.</summary>
internal sealed record Figure
{
    /// <summary>Of the receiver; both ways together if both were used.</summary>
    public double? MegabitsPerSecond { get; init; }

    /// <summary>CPU seconds of the sending process for each 10^9 bytes that came.</summary>
    public double? SenderCpu { get; init; }

    /// <summary>The same of the receiving process.</summary>
    public double? ReceiverCpu { get; init; }

    /// <summary>The same of the relay's.</summary>
    public double? RelayCpu { get; init; }

    /// <summary>Managed bytes that the sending process allocates for each packet that it sends or receives.</summary>
    public double? SenderAllocated { get; init; }

    /// <summary>The same of the receiving process.</summary>
    public double? ReceiverAllocated { get; init; }

    /// <summary>Half of the messages came back sooner, in microseconds.</summary>
    public double? P50 { get; init; }

    /// <summary>One in a hundred messages took longer, in microseconds.</summary>
    public double? P99 { get; init; }

    /// <summary>CPU seconds of all processes for each 10^9 bytes that came.</summary>
    public double? Cpu => SenderCpu + ReceiverCpu + (RelayCpu ?? 0);

    /// <summary>Managed bytes that both allocate for a packet between them.</summary>
    public double? Allocated => SenderAllocated + ReceiverAllocated;

    /// <summary>Of bytes that went one way.</summary>
    public static Figure Of(Report sender, Report receiver) => Of(sender, receiver, receiver.BytesPerSecond);

    /// <summary>Of bytes that went both ways, as each end received them.</summary>
    public static Figure OfBothWays(Report sender, Report receiver) => Of(sender, receiver, sender.BytesPerSecond + receiver.BytesPerSecond);

    /// <summary>The CPU seconds for 10^9 bytes of a process that uses so many processors at so many bytes a second.</summary>
    public static double PerGigabyte(double processors, double bytesPerSecond) => processors / bytesPerSecond * 1e9;

    private static Figure Of(Report sender, Report receiver, double rate) => new()
    {
        MegabitsPerSecond = rate * 8 / 1e6,
        SenderCpu = PerGigabyte(sender.Processors, rate),
        ReceiverCpu = PerGigabyte(receiver.Processors, rate),
        SenderAllocated = sender.AllocatedPerPacket,
        ReceiverAllocated = receiver.AllocatedPerPacket,
    };
}
