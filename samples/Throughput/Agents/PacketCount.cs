using System.Diagnostics.Metrics;

namespace Ants.Samples.Throughput.Agents;

/// <summary>
/// The packets that the agents of this process have sent and received on paths of one kind, acknowledgements among them, by ANTS' own instrument. Costs
/// nothing but when it is read. What is relayed counts once as such here; what carries it to the relay is another packet, and another carrier's.
/// </summary>
internal sealed class PacketCount : IDisposable
{
    // docs/operations.md has them.
    private const string MeterName = "Ants", InstrumentName = "ants.network.packets", CarrierTag = "ants.carrier";

    private readonly MeterListener _listener = new();
    private readonly string _carrier;
    private long _sum;

    public PacketCount(PathKind kind)
    {
        _carrier = kind == PathKind.Direct ? "udp" : "relayed";
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == MeterName && instrument.Name == InstrumentName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(Add);
        _listener.Start();
    }

    /// <summary>How many so far. Not for use from two threads at once.</summary>
    public long Read()
    {
        _sum = 0;
        _listener.RecordObservableInstruments();
        return _sum;
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, long packets, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            if (tag.Key == CarrierTag && tag.Value is string carrier && carrier == _carrier)
            {
                _sum += packets;
            }
        }
    }
}
