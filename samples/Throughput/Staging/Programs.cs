using System.Runtime.InteropServices;

namespace Ants.Samples.Throughput.Staging;

/// <summary>The programs that the bench starts: itself, and the relay of its repository.</summary>
internal static class Programs
{
    // What it is named by.
    private const string Relay = "Ants.Relay";

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    /// <summary>The command that starts this program again.</summary>
    public static string[] Self
    {
        get
        {
            string own = Path.Combine(AppContext.BaseDirectory, $"{typeof(Programs).Assembly.GetName().Name}.dll");
            return File.Exists(own) ? [Host(), own] : [Environment.ProcessPath!];
        }
    }

    /// <summary>The command that starts a relay.</summary>
    /// <exception cref="FileNotFoundException">It is not built; the message says how to build it.</exception>
    public static string[] FindRelay()
    {
        string root = FindRoot();
        string built = Path.Combine(root, Relay, "bin", Configuration, $"net{Environment.Version.Major}.0", $"{Relay}.dll");
        return File.Exists(built)
            ? [Host(), built]
            : throw new FileNotFoundException($"{built} is not built: run dotnet build {Path.Combine(root, Relay)} -c {Configuration}.");
    }

    // A native program has no .NET host beside it; the relay still needs one.
    private static string Host()
    {
        string beside = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        return File.Exists(beside) ? beside : "dotnet";
    }

    private static string FindRoot()
    {
        DirectoryInfo? candidate = new(AppContext.BaseDirectory);
        while (candidate is not null && !File.Exists(Path.Combine(candidate.FullName, "Ants.sln")))
        {
            candidate = candidate.Parent;
        }

        return candidate?.FullName
            ?? throw new FileNotFoundException("Without a command it starts the relay of its repository, and runs from its build output there.");
    }
}
