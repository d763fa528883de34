namespace Ants.Tests.Processes;

/// <summary>A relay as a process on the loopback.</summary>
internal sealed class RelayProcess : IAsyncDisposable
{
    public static readonly string[] Project = ["Ants.Relay"];

    private RelayProcess(RunningProgram program, RelayAddress address)
    {
        Program = program;
        Address = address;
    }

    public RunningProgram Program { get; }

    /// <summary>What it printed first.</summary>
    public RelayAddress Address { get; }

    /// <summary>Starts a relay and waits until it has said its address.</summary>
    public static async Task<RelayProcess> StartAsync(
        string folder, int port, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        RunningProgram program = RunningProgram.Start(Project, ["--listen", $"127.0.0.1:{port}", "--data", folder, .. arguments], environment);
        try
        {
            await program.UntilAsync(() => program.Output.Count > 0, "it prints its address");
            return new RelayProcess(program, RelayAddress.Parse(program.Output[0]));
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Program.DisposeAsync();
}
