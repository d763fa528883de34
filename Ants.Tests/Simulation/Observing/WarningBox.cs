using Microsoft.Extensions.Logging;

namespace Ants.Tests.Simulation.Observing;

/// <summary>Keeps the warnings of a log.</summary>
internal sealed class WarningBox(List<string> warnings) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Warnings go to one place.");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            warnings.Add(formatter(state, exception));
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
