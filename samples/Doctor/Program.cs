using System.CommandLine;
using Ants.Samples.Doctor.Showing;

namespace Ants.Samples.Doctor;

/// <summary>Looks at this machine's network as an agent does, and tells what it sees.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        ParseResult parsed = new DoctorCommand().Create(RunAsync, Refuse).Parse(args);
        return parsed.Errors.Count > 0
            ? Refuse(string.Join(" ", parsed.Errors.Select(e => e.Message)))
            : await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private static async Task<int> RunAsync(DoctorOptions options)
    {
        try
        {
            Examination examination = await Examination.MakeAsync(options, AntsNetwork.System);
            Console.Out.Write(options.Json ? ReportJson.Write(examination) + Environment.NewLine : ReportText.Write(examination));
            return examination.PeerProblem is null ? ExitCode.Reported : ExitCode.Unreachable;
        }
        catch (AntsException e)
        {
            Console.Error.WriteLine($"Doctor: {e.Message}");
            return e.Error is AntsError.InvalidOptions or AntsError.AddressInUse ? ExitCode.BadInput : ExitCode.Unreachable;
        }
    }

    private static int Refuse(string problem)
    {
        Console.Error.WriteLine($"Doctor: {problem}");
        return ExitCode.BadInput;
    }
}
