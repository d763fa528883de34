using System.Runtime.InteropServices;

namespace Ants.Samples.TwoNats.Staging;

/// <summary>Finds the programs that the demo starts, in their own build output in the repository.</summary>
internal static class Executables
{
    /// <summary>The .NET host that this process runs on, so that the others need no installed one.</summary>
    // The runtime's folder is ROOT/shared/Microsoft.NETCore.App/VERSION/.
    public static string Host { get; } = Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>The command that starts a chat: the one that is built here, or the native one that ANTS_CHAT names.</summary>
    /// <exception cref="FileNotFoundException">It is not built; the message says how to build it.</exception>
    public static string[] Chat => Environment.GetEnvironmentVariable("ANTS_CHAT") is { Length: > 0 } native
        ? [native]
        : [Host, Find("samples", "Chat")];

    /// <summary>The assembly of a project, given by its folder in the repository.</summary>
    /// <exception cref="FileNotFoundException">It is not built; the message says how to build it.</exception>
    public static string Find(params string[] projectFolder)
    {
        // ROOT/PROJECT/bin/CONFIGURATION/FRAMEWORK/, for this program and for the tests alike.
        string name = $"{projectFolder[^1]}.dll";
        string own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string root = FindRoot(own);
        string output = Path.Combine("bin", Path.GetFileName(Path.GetDirectoryName(own))!, Path.GetFileName(own), name);
        string built = Path.Combine([root, .. projectFolder, output]);
        return File.Exists(built)
            ? built
            : throw new FileNotFoundException($"{name} is not built: run ./demo.sh, or dotnet build in {Path.Combine([root, .. projectFolder])}.");
    }

    private static string FindRoot(string folder)
    {
        DirectoryInfo? candidate = new(folder);
        while (candidate is not null && !File.Exists(Path.Combine(candidate.FullName, "Ants.sln")))
        {
            candidate = candidate.Parent;
        }

        return candidate?.FullName ?? throw new FileNotFoundException("The demo starts programs of its repository, and runs from its build output there.");
    }
}
