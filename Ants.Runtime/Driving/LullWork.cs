using Ants.Protocol;

namespace Ants.Driving;

/// <summary>
/// Work that is cheaper when more has come in: it is done when the socket has had nothing for a moment, or after a while if that
/// never happens. It is to a thread what the moderation of interrupts is to a processor: whoever reads a fast stream is woken some
/// thousand times a second less, and a thread of the pool does not look for work in vain as often.
/// </summary>
/// <remarks>Used on the driver. Whether there is any may be asked by whoever receives, after its turn.</remarks>
/// <param name="failed">Hears of work that threw: a defect.</param>
internal sealed class LullWork(Action<Exception> failed)
{
    private readonly List<(Action<object?> Work, object? State)> _work = [];
    private Instant _due;

    /// <summary>The longest that work waits: at a gigabyte a second as much comes as fits a processor's cache.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How long nothing has to come: several times what lies between two batches of a fast sender, and too short to be felt.</summary>
    public static TimeSpan Lull { get; } = TimeSpan.FromMicroseconds(100);

    /// <summary>Whether any waits.</summary>
    public bool IsAny => _work.Count > 0;

    /// <summary>Adds work.</summary>
    public void Add(Action<object?> work, object? state, Instant now)
    {
        if (!IsAny)
        {
            _due = now + Longest;
        }

        _work.Add((work, state));
    }

    /// <summary>Does what has waited for as long as it may.</summary>
    public void DoIfDue(Instant now)
    {
        if (IsAny && _due <= now)
        {
            DoAll();
        }
    }

    /// <summary>Does all. None of it may add to it.</summary>
    public void DoAll()
    {
        foreach ((Action<object?> work, object? state) in _work)
        {
            try
            {
                work(state);
            }
#pragma warning disable CA1031 // The work of one must not undo that of the others.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failed(e);
            }
        }

        _work.Clear();
    }
}
