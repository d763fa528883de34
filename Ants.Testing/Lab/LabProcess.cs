using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace Ants.Testing.Lab;

/// <summary>A program that runs in a lab host, with its standard streams.</summary>
public sealed class LabProcess : IAsyncDisposable
{
    // Before it becomes the program, the shell says the process id by which we know it: through the outer /proc,
    // since in the lab's own it has another. Then the folder, then the program: all in place, in one process.
    private const string Prelude =
        "read -r pid rest </run/outer-proc/self/stat && echo \"$pid\" && cd \"$1\" && shift && exec \"$@\"";

    // A group of its own, so that a Ctrl-C at our terminal is ours to answer. Not a session of its own: where the kernel schedules by
    // session (autogroup), each program would be a scheduling group, and one that sleeps most of the time was seen to wait a quarter of a
    // second for two that compute. What the shell itself says of the program's end is nobody's business.
    private const string Launcher = """set -m; "$@" <&0 & exec 2>/dev/null; wait $!""";

    private readonly Process _launcher;
    private readonly Channel<string> _output = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _error = Channel.CreateUnbounded<string>();

    private LabProcess(Process launcher, int id)
    {
        _launcher = launcher;
        Id = id;
        Task output = PumpAsync(launcher.StandardOutput, _output.Writer);
        Task error = PumpAsync(launcher.StandardError, _error.Writer);
        Exit = WaitAsync(Task.WhenAll(output, error));
    }

    /// <summary>The program's own process id, as seen from outside the lab.</summary>
    public int Id { get; }

    /// <summary>
    /// Completes with the exit code when the program has ended and its output is closed, by children that inherited it
    /// too; 128 and the signal's number if a signal ended it.
    /// </summary>
    public Task<int> Exit { get; }

    /// <summary>The program's standard input, flushed after each write; close it to let the program see its end.</summary>
    public StreamWriter Input => _launcher.StandardInput;

    /// <summary>The lines of the program's standard output; completed when it is closed.</summary>
    public ChannelReader<string> Output => _output.Reader;

    /// <summary>The lines of the program's standard error; completed when it is closed.</summary>
    public ChannelReader<string> Error => _error.Reader;

    /// <summary>Asks the program to end (SIGTERM). Nothing happens if it has ended.</summary>
    public void Terminate() => Signal(UnixSignal.Terminate);

    /// <summary>Interrupts the program, as Ctrl-C does (SIGINT). Nothing happens if it has ended.</summary>
    public void Interrupt() => Signal(UnixSignal.Interrupt);

    /// <summary>Ends the program at once (SIGKILL). Nothing happens if it has ended.</summary>
    public void Kill() => Signal(UnixSignal.Kill);

    /// <summary>Kills the program if it still runs, and waits until it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        Kill();
        await Exit;
        _launcher.Dispose();
    }

    /// <summary>Runs a program through the command that enters its host.</summary>
    /// <exception cref="LabException">The host cannot be entered.</exception>
    internal static async Task<LabProcess> StartAsync(
        string[] enter, string fileName, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = StartInfo(
            LabTools.Locate("bash"),
            ["-c", Launcher, "bash", .. enter, "sh", "-c", Prelude, "sh", Environment.CurrentDirectory, fileName, .. arguments]);

        // A .NET program that is killed would leave its diagnostics sockets behind in /tmp.
        start.Environment.TryAdd("DOTNET_EnableDiagnostics", "0");
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        Process launcher = Launch(start);
        launcher.StandardInput.AutoFlush = true;
        try
        {
            string? id = await launcher.StandardOutput.ReadLineAsync(cancellationToken);
            return id is not null
                ? new LabProcess(launcher, int.Parse(id, CultureInfo.InvariantCulture))
                : throw new LabException($"{fileName} was not started: {(await launcher.StandardError.ReadToEndAsync(cancellationToken)).Trim()}");
        }
        catch
        {
            launcher.Kill(entireProcessTree: true);
            launcher.Dispose();
            throw;
        }
    }

    /// <summary>What starts a program with its standard streams redirected, in UTF-8.</summary>
    internal static ProcessStartInfo StartInfo(string fileName, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(fileName, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = LabTools.SearchPath;
        return start;
    }

    /// <summary>Starts it.</summary>
    /// <exception cref="LabException">There is no such program.</exception>
    internal static Process Launch(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new LabException(missing.Message, missing);
        }
    }

    private static async Task PumpAsync(StreamReader from, ChannelWriter<string> to)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            to.TryWrite(line);
        }

        to.Complete();
    }

    private async Task<int> WaitAsync(Task pumps)
    {
        await pumps;
        await _launcher.WaitForExitAsync();
        return _launcher.ExitCode;
    }

    // nsenter stays until the program has ended and takes over its exit code. While it is there the program's id
    // cannot have passed to another process.
    private void Signal(int signal)
    {
        if (!Exit.IsCompleted && !_launcher.HasExited)
        {
            UnixSignal.Send(Id, signal);
        }
    }
}
