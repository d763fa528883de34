using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Ants.IdentityFiles;

namespace Ants.Relay.Hosting;

/// <summary>
/// <c>--drain</c>: has the relay that runs on a folder tell its agents to move, and waits until it has stopped. It is SIGTERM
/// with the process found and awaited, for operators and containers that know the folder and not the process.
/// </summary>
internal static partial class DrainCommand
{
    private const int Sigterm = 15;

    /// <summary>Drains and stops the relay on <paramref name="folder"/>; returns the exit code.</summary>
    public static async Task<int> RunAsync(string folder, Action<string> note)
    {
        if (OperatingSystem.IsWindows())
        {
            note("--drain is not available on Windows: stop the service, which drains.");
            return ExitCode.Failed;
        }

        // The lock on the identity says whether the process that the file names is the relay, or something else by now.
        if (DataFolder.ReadProcess(folder) is not { } id || !IdentityLock.IsHeld(DataFolder.IdentityPath(folder)))
        {
            note($"No relay runs on --data '{folder}'.");
            return ExitCode.Failed;
        }

        try
        {
            using Process relay = Process.GetProcessById(id);
            if (Kill(id, Sigterm) != 0)
            {
                note($"The relay (process {id.ToString(CultureInfo.InvariantCulture)}) cannot be told: {Marshal.GetLastPInvokeErrorMessage()}");
                return ExitCode.Failed;
            }

            await relay.WaitForExitAsync();
        }
        catch (ArgumentException)
        {
            // It has ended meanwhile, which is what was asked for.
        }

        return ExitCode.Done;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
