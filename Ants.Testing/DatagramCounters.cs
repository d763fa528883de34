using System.Globalization;

namespace Ants.Testing;

/// <summary>How many datagrams went which way.</summary>
public sealed class DatagramCounters
{
    private readonly long[] _dropped = new long[(int)DropReason.ReceiveBufferFull + 1];

    /// <summary>Datagrams that hosts sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Payload bytes that hosts sent.</summary>
    public long SentBytes { get; private set; }

    /// <summary>Datagrams that sockets received, copies included.</summary>
    public long Delivered { get; private set; }

    /// <summary>Payload bytes that sockets received.</summary>
    public long DeliveredBytes { get; private set; }

    /// <summary>Second copies that links made.</summary>
    public long Duplicated { get; private set; }

    /// <summary>Datagrams of which links flipped bits.</summary>
    public long Corrupted { get; private set; }

    /// <summary>Datagrams dropped, for whatever reason.</summary>
    public long Dropped => _dropped.Sum();

    /// <summary>Datagrams dropped for one reason.</summary>
    public long DroppedFor(DropReason reason) => _dropped[(int)reason];

    /// <summary>All counters that are not zero.</summary>
    public override string ToString()
    {
        IEnumerable<string> reasons = Enum.GetValues<DropReason>()
            .Where(reason => DroppedFor(reason) > 0)
            .Select(reason => string.Create(CultureInfo.InvariantCulture, $"{reason} {DroppedFor(reason)}"));
        string dropped = Dropped == 0 ? "0" : $"{Dropped} ({string.Join(", ", reasons)})";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"sent {Sent}, delivered {Delivered}, duplicated {Duplicated}, corrupted {Corrupted}, dropped {dropped}");
    }

    internal void Count(DatagramStep step, DropReason reason, int bytes)
    {
        switch (step)
        {
            case DatagramStep.Sent:
                Sent++;
                SentBytes += bytes;
                break;
            case DatagramStep.Delivered:
                Delivered++;
                DeliveredBytes += bytes;
                break;
            case DatagramStep.Duplicated:
                Duplicated++;
                break;
            case DatagramStep.Corrupted:
                Corrupted++;
                break;
            default:
                _dropped[(int)reason]++;
                break;
        }
    }
}
