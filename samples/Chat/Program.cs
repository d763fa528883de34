using System.CommandLine;
using System.Runtime.InteropServices;
using Ants.Samples.Chat.Lines;
using Ants.Samples.Chat.Output;

namespace Ants.Samples.Chat;

/// <summary>Two people, or two programs, talk by their agents' keys alone.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        ProcessClock clock = new();
        ParseResult parsed = new ChatCommand().Create(options => RunAsync(options, clock), Refuse).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return Refuse(string.Join(" ", parsed.Errors.Select(e => e.Message)));
        }

        // What goes wrong is said here, in one line; signals are answered below, with a close in order.
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    private static async Task<int> RunAsync(ChatOptions options, ProcessClock clock)
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        IChatOutput output = options.Json
            ? new JsonOutput(Console.OpenStandardOutput(), () => clock.Elapsed)
            : new PlainOutput(Console.Out, Console.Error, linesGoToTerminal: !Console.IsOutputRedirected);
        TypedLines typed = new(Console.OpenStandardInput(), Note);
        try
        {
            return await new ChatApplication(options, output, typed, Note).RunAsync(stop.Token);
        }
        catch (IOException e)
        {
            Note($"Standard output cannot be written: {e.Message}");
            return ExitCode.Failed;
        }

        // The second signal is the system's to act on, should closing hang.
        void Stop(PosixSignalContext context)
        {
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    private static int Refuse(string problem)
    {
        Note(problem);
        return ExitCode.BadInput;
    }

    private static void Note(string text) => Console.Error.WriteLine($"Chat: {text}");
}
