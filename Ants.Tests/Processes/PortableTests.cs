using Ants.Crypto;
using NUnit.Framework;

namespace Ants.Tests.Processes;

/// <summary>
/// What the system sees of the fast paths of whole programs, in a session between two: libraries that they have mapped and threads that
/// they run.
/// </summary>
[Platform("Linux", Reason = "Reads /proc.")]
internal sealed class PortableTests : ProcessFixture
{
    // What each fast path leaves to be seen: the library that has AEGIS-128L, and the thread that receives.
    private const string Library = "libsodium", Thread = "ANTS receiver";

    [TestCase("0", true, true)]
    [TestCase("1", false, false)]
    [TestCase("sockets", true, false)]
    [TestCase("aegis", false, true)]
    public async Task A_program_uses_what_its_environment_leaves_it(string portable, bool aegis, bool receiver)
    {
        Assume.That(
            System.Runtime.Intrinsics.X86.Aes.IsSupported || System.Runtime.Intrinsics.Arm.Aes.IsSupported, "AEGIS-128L wants AES instructions.");
        Variables = new() { [FastPaths.Variable] = portable };
        RelayProcess relay = await StartRelayAsync();
        (ChatProcess listener, ChatProcess dialler) = await StartPairAsync(relay);
        Assert.Multiple(() =>
        {
            foreach (RunningProgram program in (RunningProgram[])[relay.Program, listener.Program, dialler.Program])
            {
                Assert.That(HasMapped(program, Library), Is.EqualTo(aegis), $"{program.Name}: {Library}");
                Assert.That(HasThread(program, Thread), Is.EqualTo(receiver), $"{program.Name}: {Thread}");
            }

            Assert.That(relay.Program.Errors.Any(line => line.Contains("Forced off", StringComparison.Ordinal)), Is.EqualTo(portable != "0"), "it says so");
        });
    }

    private static bool HasMapped(RunningProgram program, string library) =>
        File.ReadLines($"/proc/{program.Id}/maps").Any(line => line.Contains(library, StringComparison.Ordinal));

    private static bool HasThread(RunningProgram program, string name) =>
        Directory.EnumerateDirectories($"/proc/{program.Id}/task").Any(task => File.ReadAllText($"{task}/comm").Trim() == name);
}
