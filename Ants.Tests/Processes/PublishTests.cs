using System.Diagnostics;
using System.Runtime.Versioning;
using Ants.Samples.TwoNats.Staging;
using NUnit.Framework;

namespace Ants.Tests.Processes;

/// <summary>What <c>dotnet publish</c> makes of each program.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class PublishTests : ProcessFixture
{
    private static readonly string[][] s_projects = [RelayProcess.Project, ChatProcess.Project, ["samples", "TwoNats"], ["samples", "Throughput"]];

    [TestCaseSource(nameof(s_projects))]
    public async Task A_published_program_is_one_executable_of_the_projects_name(params string[] project)
    {
        // What the tests themselves were built with is published as it is.
        string built = Path.GetDirectoryName(Executables.Find(project))!;
        string configuration = Path.GetFileName(Path.GetDirectoryName(built))!;
        string folder = Path.GetFullPath(Path.Combine(built, "..", "..", ".."));
        using Process publish = Process.Start(new ProcessStartInfo(
            Executables.Host, ["publish", folder, "--no-build", "--configuration", configuration, "--output", InFolder("published"), "-nologo", "-nodeReuse:false"])
        {
            RedirectStandardOutput = true,
        })!;
        string said = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        Assert.That(publish.ExitCode, Is.Zero, said);

        IEnumerable<string> executables = Directory.EnumerateFiles(InFolder("published"), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is not (".so" or ".dylib" or ".dll"))
            .Where(file => (File.GetUnixFileMode(file) & UnixFileMode.UserExecute) != 0)
            .Select(file => Path.GetRelativePath(InFolder("published"), file));
        Assert.That(executables, Is.EqualTo(new[] { project[^1] }));
        Assert.That(Directory.EnumerateFiles(InFolder("published"), "*.runtimeconfig.json").Select(Path.GetFileName),
            Is.EqualTo(new[] { $"{project[^1]}.runtimeconfig.json" }));
    }
}
