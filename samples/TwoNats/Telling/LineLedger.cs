using System.Globalization;

namespace Ants.Samples.TwoNats.Telling;

/// <summary>
/// The book of one direction: writes the lines, numbered from 1, and checks each that is read against it. Safe for use
/// from the thread that sends and the one that receives.
/// </summary>
internal sealed class LineLedger(string author)
{
    private readonly Lock _lock = new();

    // Index: the line's number less one.
    private readonly List<bool> _read = [];
    private readonly List<TimeSpan> _arrivals = [];
    private long _distinct;
    private long _duplicated;
    private long _reordered;
    private long _foreign;
    private int _highest;

    /// <summary>When each line was read, in the order of reading.</summary>
    public IReadOnlyList<TimeSpan> Arrivals
    {
        get
        {
            lock (_lock)
            {
                return [.. _arrivals];
            }
        }
    }

    /// <summary>The state of the book now. A line that is still on its way counts as lost.</summary>
    public LineCount Count
    {
        get
        {
            lock (_lock)
            {
                return new LineCount(_read.Count, _arrivals.Count, _read.Count - _distinct, _duplicated, _reordered, _foreign);
            }
        }
    }

    /// <summary>The next line to send.</summary>
    public string Write()
    {
        lock (_lock)
        {
            _read.Add(false);
            return string.Create(CultureInfo.InvariantCulture, $"{author} {_read.Count}");
        }
    }

    /// <summary>Books a line that was read, as the reader's <paramref name="sequence"/>-th, at <paramref name="at"/>.</summary>
    public void Read(string text, long sequence, TimeSpan at)
    {
        lock (_lock)
        {
            _arrivals.Add(at);
            if (!TryNumber(text, out int number) || sequence != _arrivals.Count)
            {
                _foreign++;
                return;
            }

            if (_read[number - 1])
            {
                _duplicated++;
                return;
            }

            _read[number - 1] = true;
            _distinct++;
            _reordered += number < _highest ? 1 : 0;
            _highest = Math.Max(_highest, number);
        }
    }

    private bool TryNumber(string text, out int number)
    {
        number = 0;
        return text.StartsWith(author + " ", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(author.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number >= 1 && number <= _read.Count;
    }
}
