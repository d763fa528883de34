using System.CommandLine;
using System.Runtime.InteropServices;
using Ants.Relay.Hosting;

namespace Ants.Relay;

/// <summary>A relay as a process: <c>Ants.Relay --listen IP:PORT --data DIR [--advertise HOST[:PORT]] [--peer-relay ADDRESS ...]</c>.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        ParseResult parsed = new RelayCommand().Create(RunAsync, folder => DrainCommand.RunAsync(folder, Note), Refuse).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return Refuse($"{string.Join(" ", parsed.Errors.Select(error => error.Message))} See --help.");
        }

        // What goes wrong is said here, in one line; signals are answered below, with a close in order.
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    private static async Task<int> RunAsync(RelaySettings settings)
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            await ServeAsync(settings, stop.Token);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
        catch (AntsException e)
        {
            Note(e.Message);
            return ExitCode.Of(e.Error);
        }
        catch (IOException e)
        {
            Note($"Standard output cannot be written: {e.Message}");
            return ExitCode.Failed;
        }

        // The first signal drains; the second is the system's to act on: whoever is in a hurry, or meets a stop that hangs.
        void Stop(PosixSignalContext context)
        {
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    private static async Task ServeAsync(RelaySettings settings, CancellationToken stop)
    {
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging
            .AddSimpleConsole(format =>
            {
                format.SingleLine = true;
                format.UseUtcTimestamp = true;
                format.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            })
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
            .AddFilter("Microsoft", LogLevel.Warning)

            // It logs why a start failed, with a stack trace; we say it in one line.
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None));
        using AgentIdentity identity = await DataFolder.LoadIdentityAsync(settings.Folder, stop);
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration onStop = stop.Register(stopped.SetResult);
        await using RelayHost host = await RelayHost.StartAsync(settings.ToOptions(identity, loggers), stop);
        using IDisposable process = DataFolder.WriteProcess(settings.Folder);
        await Console.Out.WriteLineAsync(host.Server.Address.ToString());
        await Console.Out.FlushAsync(stop);
        await stopped.Task;
        await host.Server.DrainAsync(settings.DrainWithin, CancellationToken.None);
    }

    private static int Refuse(string problem)
    {
        Note(problem);
        return ExitCode.BadInput;
    }

    private static void Note(string text) => Console.Error.WriteLine($"Ants.Relay: {text}");
}
