using System.Diagnostics;
using System.Threading.Channels;
using Ants.Testing.Lab;

namespace Ants.Samples.Throughput.Staging;

/// <summary>A program that runs in the lab.</summary>
internal sealed class Child : IAsyncDisposable
{
    // What a start takes on a busy machine, several times over; a measurement has a limit of its own, which is told by the program.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    // A program that is to end has ended by then.
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(1);

    private readonly LabProcess _process;

    private Child(LabProcess process) => _process = process;

    /// <summary>What it has used of the processors so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            using Process process = Process.GetProcessById(_process.Id);
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it.</summary>
    public static async Task<Child> StartAsync(LabHost host, string[] command, CancellationToken ct) =>
        new(await host.StartAsync(command[0], command[1..], environment: null, ct));

    /// <summary>The next line that it prints.</summary>
    /// <param name="patience">How long to wait for it, if longer than a start takes.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ThroughputException">It ended instead, or says nothing; the message holds its last words.</exception>
    public async Task<string> ReadAsync(TimeSpan patience, CancellationToken ct)
    {
        try
        {
            return await _process.Output.ReadAsync(ct).AsTask().WaitAsync(patience, ct);
        }
        catch (Exception e) when (e is ChannelClosedException or TimeoutException)
        {
            // All of it, if it has ended.
            List<string> words = [];
            await Task.WhenAny(_process.Exit, Task.Delay(s_lastWords, ct));
            while (_process.Error.TryRead(out string? line))
            {
                words.Add(line.Trim());
            }

            throw new ThroughputException(words.Count > 0 ? string.Join(" ", words) : $"It said nothing: {e.Message}");
        }
    }

    /// <inheritdoc cref="ReadAsync(TimeSpan, CancellationToken)"/>
    public Task<string> ReadAsync(CancellationToken ct) => ReadAsync(s_patience, ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
