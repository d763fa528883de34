using Microsoft.Extensions.Logging;

namespace Ants.Tests.Unit.Runtime.Driving;

/// <summary>A log that keeps what it was told.</summary>
internal sealed class Notes : ILogger
{
    public List<string> Said { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Said.Add($"{logLevel}: {formatter(state, exception)}");
}
