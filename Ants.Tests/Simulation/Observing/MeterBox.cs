using System.Diagnostics.Metrics;

namespace Ants.Tests.Simulation.Observing;

/// <summary>A meter factory whose meters nobody else uses, and what was measured on them, summed by instrument and tags.</summary>
internal sealed class MeterBox : IMeterFactory
{
    private readonly Dictionary<string, Meter> _meters = [];
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, double> _sums = [];
    private readonly Dictionary<string, List<double>> _values = [];

    public MeterBox()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (_meters.ContainsValue(instrument.Meter))
            {
                Published.Add(instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    public List<Instrument> Published { get; } = [];

    public Meter Create(MeterOptions options)
    {
        if (!_meters.TryGetValue(options.Name, out Meter? meter))
        {
            _meters[options.Name] = meter = new Meter(options.Name);
        }

        return meter;
    }

    /// <summary>What an instrument has added up to, or measures now, over all of its tags that hold these: <c>key=value</c>.</summary>
    public double Sum(string name, params string[] tags)
    {
        foreach (string observed in _sums.Keys.Where(key => Published.Any(known => known.IsObservable && key.StartsWith(known.Name + "|", StringComparison.Ordinal))).ToArray())
        {
            _sums.Remove(observed);
        }

        _listener.RecordObservableInstruments();
        return _sums.Where(sum => sum.Key.StartsWith(name + "|", StringComparison.Ordinal) && Array.TrueForAll(tags, tag => sum.Key.Contains($"|{tag}|", StringComparison.Ordinal)))
            .Sum(sum => sum.Value);
    }

    /// <summary>Every value of a histogram.</summary>
    public IReadOnlyList<double> Values(string name) => _values.GetValueOrDefault(name) ?? [];

    public void Dispose()
    {
        _listener.Dispose();
        foreach (Meter meter in _meters.Values)
        {
            meter.Dispose();
        }
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string key = instrument.Name + "|" + string.Concat(tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}|"));
        _sums[key] = _sums.GetValueOrDefault(key) + value;
        if (instrument is Histogram<double>)
        {
            if (!_values.TryGetValue(instrument.Name, out List<double>? values))
            {
                _values[instrument.Name] = values = [];
            }

            values.Add(value);
        }
    }
}
