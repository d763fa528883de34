using System.Diagnostics;
using Ants.Samples.TwoNats.Staging;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Processes;

/// <summary>One of the repository's programs as a process of its own, from its own build output, with all that it says.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    // Far above what a start or an answer takes on a busy machine with two cores; only a failing test waits so long.
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(10);

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private readonly Task _pumps;

    private RunningProgram(string name, Process process)
    {
        Name = name;
        Id = process.Id;
        _process = process;
        _pumps = Task.WhenAll(PumpAsync(process.StandardOutput, _output), PumpAsync(process.StandardError, _errors));
    }

    /// <summary>Its assembly's name.</summary>
    public string Name { get; }

    public int Id { get; }

    /// <summary>Its standard input, flushed after each write.</summary>
    public StreamWriter Input => _process.StandardInput;

    /// <summary>The lines of standard output so far.</summary>
    public IReadOnlyList<string> Output => OutputFrom(0);

    /// <summary>The lines of standard error so far.</summary>
    public IReadOnlyList<string> Errors => CopyFrom(_errors, 0);

    /// <summary>Resident memory now, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The lines of standard output so far, without the first <paramref name="index"/>.</summary>
    public IReadOnlyList<string> OutputFrom(int index) => CopyFrom(_output, index);

    /// <summary>Starts a program, given by its project's folder in the repository.</summary>
    public static RunningProgram Start(string[] projectFolder, params IEnumerable<string> arguments) =>
        Start(projectFolder, arguments, new Dictionary<string, string>());

    /// <summary>Starts a program, given by its project's folder in the repository, with variables beside those of the tests.</summary>
    public static RunningProgram Start(string[] projectFolder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        string assembly = Executables.Find(projectFolder);
        ProcessStartInfo start = new(Executables.Host, ["exec", assembly, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // A .NET program that is killed would leave its diagnostics sockets behind in the folder for temporary files.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        process.StandardInput.AutoFlush = true;
        return new RunningProgram(projectFolder[^1], process);
    }

    /// <summary>Asks it to end (SIGTERM).</summary>
    public void Terminate() => UnixSignal.Send(Id, UnixSignal.Terminate);

    /// <summary>Ends it at once (SIGKILL) and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _pumps;
    }

    /// <summary>Its exit code, when it has ended and all that it said is there.</summary>
    public async Task<int> ExitAsync()
    {
        await UntilAsync(() => _process.HasExited && _pumps.IsCompleted, "it ends");
        return _process.ExitCode;
    }

    /// <summary>Polls until the condition holds; fails when the program has ended, or patience has.</summary>
    public Task UntilAsync(Func<bool> condition, string what) => UntilAsync(condition, what, Patience);

    /// <summary>The same, with patience of its own.</summary>
    public async Task UntilAsync(Func<bool> condition, string what, TimeSpan patience)
    {
        long begin = Stopwatch.GetTimestamp();
        while (!condition())
        {
            // All that it said is looked at once more, after it has ended.
            bool ended = _pumps.IsCompleted && _process.HasExited;
            if (condition())
            {
                return;
            }

            Assert.That(ended, Is.False, $"{Name} ended before {what}; it said:\n{Transcript()}");
            Assert.That(Stopwatch.GetElapsedTime(begin), Is.LessThan(patience), $"Waited in vain until {what}; {Name} said:\n{Transcript()}");
            await Task.Delay(s_poll);
        }
    }

    /// <summary>Everything that it said, for a person who looks for what went wrong.</summary>
    public string Transcript() => string.Join('\n', [.. Output.Select(line => $"  out: {line}"), .. Errors.Select(line => $"  err: {line}")]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private async Task PumpAsync(StreamReader from, List<string> to)
    {
        while (await from.ReadLineAsync() is string line)
        {
            lock (_lock)
            {
                to.Add(line);
            }
        }
    }

    private List<string> CopyFrom(List<string> lines, int index)
    {
        lock (_lock)
        {
            return lines[index..];
        }
    }
}
