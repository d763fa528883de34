using System.Runtime.InteropServices;

namespace Ants.Samples.TwoNats.Staging;

/// <summary>Finds the programs that the demo starts: beside itself, or in their own build output beside its own.</summary>
internal static class Executables
{
    /// <summary>The .NET host that this process runs on, so that the others need no installed one.</summary>
    // The runtime's folder is ROOT/shared/Microsoft.NETCore.App/VERSION/.
    public static string Host { get; } = Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>The assembly of a project, given by its folder in the repository.</summary>
    /// <exception cref="FileNotFoundException">It is not built; the message says how to build it.</exception>
    public static string Find(params string[] projectFolder)
    {
        string name = $"{projectFolder[^1]}.dll";
        string beside = Path.Combine(AppContext.BaseDirectory, name);

        // Without its runtime configuration an assembly is there as a library, and cannot be started.
        if (File.Exists(Path.ChangeExtension(beside, ".runtimeconfig.json")))
        {
            return beside;
        }

        // ROOT/samples/TwoNats/bin/CONFIGURATION/FRAMEWORK/
        string own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string output = Path.Combine("bin", Path.GetFileName(Path.GetDirectoryName(own))!, Path.GetFileName(own), name);
        string root = Path.GetFullPath(Path.Combine(own, "..", "..", "..", "..", ".."));
        string built = Path.Combine([root, .. projectFolder, output]);
        return File.Exists(built)
            ? built
            : throw new FileNotFoundException($"{name} is not built: run ./demo.sh, or dotnet build in {Path.Combine([root, .. projectFolder])}.");
    }
}
