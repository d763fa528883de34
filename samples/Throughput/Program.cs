using System.CommandLine;
using System.Runtime.InteropServices;
using Ants.Samples.Throughput.Agents;
using Ants.Samples.Throughput.Measuring;
using Ants.Samples.Throughput.Staging;
using Ants.Samples.Throughput.Telling;
using Ants.Samples.Throughput.Yardsticks;
using Ants.Testing.Lab;

namespace Ants.Samples.Throughput;

/// <summary>The instrument.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        ParseResult parsed = new ThroughputCommand().Create(RunAsync, Refuse).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return Refuse(string.Join(" ", parsed.Errors.Select(e => e.Message)));
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    private static async Task<int> RunAsync(Options options)
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await RunAsync(options, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return options is Options.Serve or Options.ServeYardsticks ? ExitCode.Held : ExitCode.Failed;
        }
        catch (AntsException e)
        {
            Note(e.Message);
            return e.Error is AntsError.InvalidOptions or AntsError.IdentityUnreadable or AntsError.IdentityLocked ? ExitCode.CannotRun : ExitCode.Failed;
        }
        catch (Exception e) when (e is LabUnavailableException or FileNotFoundException)
        {
            return Refuse(e.Message);
        }
        catch (Exception e) when (e is ThroughputException or LabException or IOException or TimeoutException)
        {
            Note(e.Message);
            return ExitCode.Failed;
        }

        // The lab has to be taken down in order; a second signal does not wait for that.
        void Stop(PosixSignalContext context)
        {
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    private static async Task<int> RunAsync(Options options, CancellationToken stop)
    {
        switch (options)
        {
            case Options.Bench bench:
                return await new Bench(bench, Console.Out, Console.Error).RunAsync(stop);
            case Options.Serve serve:
                return await AgentEnds.ServeAsync(serve, Events.For(serve.Json), stop);
            case Options.Send send:
                return await AgentEnds.SendAsync(send, Events.For(send.Json), stop);
            case Options.ServeYardsticks serve:
                await new YardstickServer(serve.Port).RunAsync(() => Events.For(json: true).Ready(""), stop);
                return ExitCode.Held;
            case Options.SendYardstick send:
                Events events = Events.For(json: true);
                Request request = new(send.Work, (byte)send.Yardstick, 1, send.Length);
                Figure figure = await new YardstickClient(send.To, request, events.Measuring).RunAsync(stop).WaitAsync(request.Limit, stop);
                events.Measured("yardstick", 1, figure);
                return ExitCode.Held;
            default:
                throw new ArgumentOutOfRangeException(nameof(options));
        }
    }

    private static int Refuse(string problem)
    {
        Note(problem);
        return ExitCode.CannotRun;
    }

    private static void Note(string text) => Console.Error.WriteLine($"Throughput: {text}");
}
