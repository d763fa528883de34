using System.CommandLine;
using System.Runtime.InteropServices;
using Ants.Samples.TwoNats.Showing;
using Spectre.Console;

namespace Ants.Samples.TwoNats;

/// <summary>The demo.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        ParseResult parsed = new DemoCommand().Create(RunAsync, RefuseAsync).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return await RefuseAsync(string.Join(" ", parsed.Errors.Select(e => e.Message)));
        }

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    private static async Task<int> RefuseAsync(string problem)
    {
        await Console.Error.WriteLineAsync($"TwoNats: {problem}");
        return ExitCode.CannotRun;
    }

    private static async Task<int> RunAsync(DemoOptions options)
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        TextWriter text = options.Json ? Console.Error : Console.Out;
        bool live = !options.Json && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;
        IDisplay display = live ? new PictureDisplay(AnsiConsole.Console) : new PlainDisplay(text);
        try
        {
            return await new Demo(options, display, text).RunAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return ExitCode.Failed;
        }

        // The lab has to be taken down in order; a second signal does not wait for that.
        void Stop(PosixSignalContext context)
        {
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }
}
