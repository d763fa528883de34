using System.Runtime.InteropServices;

namespace Ants.Testing.Lab;

/// <summary>The one system call that .NET does not offer: sending a chosen signal to a process.</summary>
internal static class UnixSignal
{
    // Numbers of signal(7), the same on every Linux architecture that .NET runs on.
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Sends the signal; false if there is no such process (any more) or it is not ours.</summary>
    public static bool Send(int process, int signal) => KillProcess(process, signal) == 0;

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int KillProcess(int process, int signal);
}
