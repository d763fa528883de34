using Microsoft.Extensions.Logging;

namespace Ants.Samples.Chat;

/// <summary>Tells the user what the agent logs: a relay that is lost, and one that is there again; who was refused, and why.</summary>
internal sealed class AgentNotes(Action<string> note) : ILoggerFactory, ILogger
{
    private volatile bool _isOn;

    /// <summary>From now on; before, what goes wrong ends the program, which says it.</summary>
    public void Begin() => _isOn = true;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Notes go to one place.");

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => _isOn && logLevel >= LogLevel.Information;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            note(formatter(state, exception));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }
}
