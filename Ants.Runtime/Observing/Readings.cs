using System.Diagnostics.Metrics;

namespace Ants.Observing;

/// <summary>
/// Sums figures that somebody counts anyway over all who count, for observable instruments: those that are there, and, for figures that only
/// grow, those that are gone. What is counted on a driver is read from other threads as it is; a sum may miss the packets of a moment. Safe to use from any thread.
/// </summary>
internal sealed class Readings<T>
    where T : class
{
    private readonly Lock _gate = new();
    private readonly List<T> _sources = [];
    private readonly List<Figure> _figures = [];

    /// <summary>Publishes a figure that only grows, as one of the measurements of an instrument.</summary>
    public Figure Counter(Func<T, long> read, params KeyValuePair<string, object?>[] tags) => Add(new Figure(this, read, grows: true, tags));

    /// <summary>Publishes a figure that is what it is now.</summary>
    public Figure Level(Func<T, long> read, params KeyValuePair<string, object?>[] tags) => Add(new Figure(this, read, grows: false, tags));

    /// <summary>Counts in what <paramref name="source"/> counts.</summary>
    public void Add(T source)
    {
        lock (_gate)
        {
            _sources.Add(source);
        }
    }

    /// <summary>It counts no more; what it has counted stays in the sums.</summary>
    public void Remove(T source)
    {
        lock (_gate)
        {
            if (_sources.Remove(source))
            {
                _figures.ForEach(figure => figure.Keep(source));
            }
        }
    }

    private Figure Add(Figure figure)
    {
        _figures.Add(figure);
        return figure;
    }

    /// <summary>One of the figures.</summary>
    internal sealed class Figure(Readings<T> owner, Func<T, long> read, bool grows, KeyValuePair<string, object?>[] tags)
    {
        private long _gone;

        /// <summary>The sum now.</summary>
        public Measurement<long> Measure()
        {
            lock (owner._gate)
            {
                return new Measurement<long>(_gone + owner._sources.Sum(read), tags);
            }
        }

        public void Keep(T source) => _gone += grows ? read(source) : 0;
    }
}
