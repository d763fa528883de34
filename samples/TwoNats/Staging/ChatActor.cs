using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Staging;

/// <summary>A Chat process in a host of the lab.</summary>
internal sealed class ChatActor : IActor
{
    private readonly LabProcess _process;
    private readonly Complaints _complaints;
    private readonly Func<TimeSpan> _now;

    public ChatActor(string name, LabProcess process, Func<TimeSpan> now)
    {
        Name = name;
        _process = process;
        _now = now;
        _complaints = new Complaints(process.Error);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IAsyncEnumerable<AgentEvent> Events => ReadAsync();

    /// <inheritdoc/>
    public Task<int> Exit => _process.Exit;

    /// <inheritdoc/>
    public IReadOnlyList<string> Complaints => _complaints.Lines;

    /// <inheritdoc/>
    public int TimesRegistered(string relay) => _complaints.TimesRegistered(relay);

    /// <inheritdoc/>
    public string? CarrierTo(string relay) => _complaints.CarrierTo(relay);

    /// <inheritdoc/>
    public Task TypeAsync(string line) => _process.Input.WriteLineAsync(line);

    /// <inheritdoc/>
    public void EndInput() => _process.Input.Close();

    /// <inheritdoc/>
    public void Terminate() => _process.Terminate();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async IAsyncEnumerable<AgentEvent> ReadAsync()
    {
        await foreach (string line in _process.Output.ReadAllAsync())
        {
            yield return ChatEventParser.Parse(line, _now());
        }
    }
}
