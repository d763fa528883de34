using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Ants.Relay.Observing;

/// <summary>
/// What a meter's observable instruments measure now, in the text format of Prometheus (version 0.0.4), with names as OpenTelemetry derives them:
/// underscores for dots, the unit behind, <c>_total</c> for what only grows. Safe to use from any thread.
/// </summary>
internal sealed class MetricsPage : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Lock _gate = new();
    private readonly MeterListener _listener = new();
    private readonly List<Instrument> _instruments = [];
    private readonly Dictionary<Instrument, List<(string Labels, long Value)>> _samples = [];

    public MetricsPage(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meter && instrument.IsObservable)
            {
                _instruments.Add(instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
        _instruments.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
    }

    /// <summary>Measures everything and writes the page.</summary>
    public string Render()
    {
        lock (_gate)
        {
            _samples.Clear();
            _listener.RecordObservableInstruments();
            StringBuilder page = new();
            foreach (Instrument instrument in _instruments)
            {
                Write(page, instrument);
            }

            return page.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        StringBuilder labels = new();
        foreach ((string key, object? tag) in tags)
        {
            labels.Append(labels.Length == 0 ? "" : ",").Append(NameOf(key)).Append("=\"")
                .Append(Escape(Convert.ToString(tag, CultureInfo.InvariantCulture) ?? "").Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        }

        if (!_samples.TryGetValue(instrument, out List<(string Labels, long Value)>? samples))
        {
            _samples[instrument] = samples = [];
        }

        samples.Add((labels.ToString(), value));
    }

    private void Write(StringBuilder page, Instrument instrument)
    {
        bool grows = instrument is ObservableCounter<long>;
        string name = NameOf(instrument.Name) + (instrument.Unit == "By" ? "_bytes" : "") + (grows ? "_total" : "");
        page.Append("# HELP ").Append(name).Append(' ').Append(Escape(instrument.Description ?? "")).Append('\n');
        page.Append("# TYPE ").Append(name).Append(grows ? " counter\n" : " gauge\n");
        foreach ((string labels, long value) in _samples.GetValueOrDefault(instrument) ?? [])
        {
            page.Append(name).Append(labels.Length == 0 ? "" : $"{{{labels}}}").Append(' ')
                .Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }
    }

    private static string NameOf(string name) => name.Replace('.', '_');

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
