using System.CommandLine;
using System.Runtime.InteropServices;
using Ants.Samples.TwoNats.Matrix;
using Ants.Samples.TwoNats.Showing;
using Spectre.Console;

namespace Ants.Samples.TwoNats;

/// <summary>The demo.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        ParseResult parsed = new DemoCommand().Create(RunAsync, MeasureAsync, RefuseAsync).Parse(args);
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

    private static Task<int> RunAsync(DemoOptions options)
    {
        TextWriter text = options.Json ? Console.Error : Console.Out;
        IDisplay display = IsLive(options.Json) ? new PictureDisplay(AnsiConsole.Console) : new PlainDisplay(text);
        return RunAsync(new Demo(options, display, text).RunAsync);
    }

    private static Task<int> MeasureAsync(MatrixOptions options)
    {
        bool json = options.Json is "";
        TextWriter text = json ? Console.Error : Console.Out;
        IMatrixDisplay display = IsLive(json) ? new MatrixPicture(AnsiConsole.Console) : new MatrixLines(text);
        return RunAsync(new MatrixApplication(options, display, text).RunAsync);
    }

    // A picture is for a terminal that has nothing else to show.
    private static bool IsLive(bool json) => !json && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;

    private static async Task<int> RunAsync(Func<CancellationToken, Task<int>> run)
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await run(stop.Token);
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
