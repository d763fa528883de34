using System.Diagnostics;
using Ants.Testing.Lab;
using Ants.Tests.Lab.Probe;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>A lab comes up quickly, its programs are really governed, and nothing of it stays behind.</summary>
internal sealed class LabLifecycleTests : LabFixture
{
    private static readonly string TestAssembly = typeof(LabLifecycleTests).Assembly.Location;

    [Test]
    public async Task The_demo_s_lab_is_up_in_less_than_five_seconds()
    {
        long begin = Stopwatch.GetTimestamp();
        await using NatLab lab = await CreateLabAsync();
        await lab.AddPublicHostAsync("relay");
        await (await lab.AddNatAsync("nat-a", LabNatBehaviour.PortRestricted)).AddHostAsync("a");
        await (await lab.AddNatAsync("nat-b", LabNatBehaviour.Symmetric)).AddHostAsync("b");
        TimeSpan took = Stopwatch.GetElapsedTime(begin);

        await TestContext.Out.WriteLineAsync($"lab of six nodes up in {took.TotalMilliseconds:F0} ms ({lab.Isolation})");
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task A_program_has_a_process_group_of_its_own_in_our_session()
    {
        await using NatLab lab = await CreateLabAsync();
        LabHost host = await lab.AddPublicHostAsync("a");
        LabCommandResult program = await host.RunAsync("cat", ["/run/outer-proc/self/stat"]);
        (string group, string session) = GroupAndSession(program.Output);
        (string ours, string ourSession) = GroupAndSession(await File.ReadAllTextAsync("/proc/self/stat"));

        Assert.That(group, Is.Not.EqualTo(ours), "A Ctrl-C for us is not for it.");
        Assert.That(session, Is.EqualTo(ourSession), "The kernel may schedule by session: all programs of the lab are to be equals.");

        // man proc_pid_stat: state, parent, group and session follow the name in parentheses.
        static (string Group, string Session) GroupAndSession(string stat) =>
            stat[(stat.LastIndexOf(')') + 2)..].Split(' ') is [_, _, string group, string session, ..] ? (group, session) : ("", "");
    }

    [Test]
    public async Task Nothing_is_left_of_a_disposed_lab()
    {
        await using NatLab lab = await CreateLabAsync();
        LabHost host = await (await lab.AddNatAsync("nat-a", LabNatBehaviour.FullCone)).AddHostAsync("a");
        LabProcess program = await host.StartAsync("sh", ["-c", "sleep 600 & sleep 600"]);
        HashSet<string> namespaces = NamespaceCensus.Of(lab.HolderProcessId, program.Id);
        Assert.That(NamespaceCensus.ProcessesIn(namespaces), Does.Contain(program.Id).And.Contain(lab.HolderProcessId));

        await lab.DisposeAsync();

        Assert.That(await program.Exit.WaitAsync(Patience), Is.EqualTo(128 + 9));
        Assert.That(NamespaceCensus.ProcessesIn(namespaces), Is.Empty);
    }

    [Test]
    public async Task Nothing_is_left_of_a_lab_whose_process_was_killed()
    {
        await using (await CreateLabAsync())
        {
            // Only to be ignored where there is no lab.
        }

        using Process keeper = Process.Start(new ProcessStartInfo("dotnet", ["exec", TestAssembly, LabKeeper.Command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        string[] answer = (await keeper.StandardOutput.ReadLineAsync().WaitAsync(Patience))!.Split(' ');
        HashSet<string> namespaces = NamespaceCensus.Of(int.Parse(answer[1]), int.Parse(answer[2]));
        Assert.That(NamespaceCensus.ProcessesIn(namespaces), Is.Not.Empty);

        keeper.Kill();
        await keeper.WaitForExitAsync().WaitAsync(Patience);

        await EventuallyAsync(() => Task.FromResult(NamespaceCensus.ProcessesIn(namespaces).Count == 0), "its processes are gone");
    }

    [Test]
    public async Task Signals_reach_the_program_itself()
    {
        await using NatLab lab = await CreateLabAsync();
        LabHost host = await lab.AddPublicHostAsync("a");
        await using LabProcess program = await host.StartAsync("sh", ["-c", "trap 'echo asked; exit 7' TERM; echo ready; while :; do sleep 0.01; done"]);
        Assert.That(await program.Output.ReadAsync(), Is.EqualTo("ready"));

        program.Terminate();

        Assert.That(await program.Exit.WaitAsync(Patience), Is.EqualTo(7));
        Assert.That(await program.Output.ReadAsync(), Is.EqualTo("asked"));
    }

    [Test]
    public async Task A_program_gets_its_arguments_environment_folder_and_input_unchanged()
    {
        await using NatLab lab = await CreateLabAsync();
        LabHost host = await lab.AddPublicHostAsync("a");
        await using LabProcess program = await host.StartAsync(
            "sh", ["-c", "echo \"$1|$GREETING|$PWD\"; cat; echo complaint >&2", "sh", "a b  'c' $d"], new Dictionary<string, string?> { ["GREETING"] = "hello" });
        await program.Input.WriteLineAsync("typed");
        program.Input.Close();

        Assert.That(await program.Exit.WaitAsync(Patience), Is.Zero);
        Assert.That(await program.Output.ReadAsync(), Is.EqualTo($"a b  'c' $d|hello|{Environment.CurrentDirectory}"));
        Assert.That(await program.Output.ReadAsync(), Is.EqualTo("typed"));
        Assert.That(await program.Error.ReadAsync(), Is.EqualTo("complaint"));
    }

    [Test]
    public async Task A_command_that_fails_says_why()
    {
        await using NatLab lab = await CreateLabAsync();
        LabHost host = await lab.AddPublicHostAsync("a");

        LabCommandResult missing = await host.RunAsync("no-such-program", []);
        LabCommandResult failing = await host.RunAsync("ip", ["link", "show", "no-such-link"]);

        Assert.Multiple(() =>
        {
            // POSIX: 127, or 126 if PATH has folders that this user may not read.
            Assert.That(missing.ExitCode, Is.EqualTo(127).Or.EqualTo(126));
            Assert.That(missing.Error, Does.Contain("no-such-program"));
            Assert.That(failing.ExitCode, Is.Not.Zero);
            Assert.That(failing.Error, Does.Contain("no-such-link"));
        });
    }

    [TestCase("relay")]
    [TestCase("")]
    [TestCase("a b")]
    [TestCase("$(reboot)")]
    [TestCase("-x")]
    public async Task A_name_that_is_taken_or_malformed_is_refused(string name)
    {
        await using NatLab lab = await CreateLabAsync();
        await lab.AddPublicHostAsync("relay");

        Assert.ThrowsAsync<ArgumentException>(() => lab.AddPublicHostAsync(name));
    }

    [Test]
    public async Task Two_labs_at_once_do_not_see_each_other()
    {
        await using NatLab one = await CreateLabAsync();
        await using NatLab other = await CreateLabAsync();
        await using LabSocket first = await LabSocket.OpenAsync(await one.AddPublicHostAsync("a"), 443);
        await using LabSocket second = await LabSocket.OpenAsync(await other.AddPublicHostAsync("a"), 443);

        Assert.That(second.Local, Is.EqualTo(first.Local));
    }

    [Test]
    public async Task A_person_can_enter_a_host_by_the_command_given()
    {
        await using NatLab lab = await CreateLabAsync();
        LabHost host = await lab.AddPublicHostAsync("a");

        using Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"echo 'ip -4 -o addr show eth0' | {host.EnterCommand}"]) { RedirectStandardOutput = true })!;
        string seen = await shell.StandardOutput.ReadToEndAsync().WaitAsync(Patience);

        Assert.That(seen, Does.Contain(host.Address.ToString()));
    }
}
