using Ants.Samples.TwoNats;
using Ants.Samples.TwoNats.Matrix;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Unit.TwoNats;

public sealed class DemoCommandTests
{
    private DemoOptions? _run;
    private MatrixOptions? _measured;
    private string? _refused;

    [TearDown]
    public void Forget() => (_run, _measured, _refused) = (null, null, null);

    [Test]
    public async Task Both_NATs_are_port_restricted_unless_told_otherwise()
    {
        await InvokeAsync("--json");

        Assert.That(
            _run, Is.EqualTo(new DemoOptions(LabHomeKind.PortRestricted, LabHomeKind.PortRestricted, false, true, !OperatingSystem.IsLinux())));
    }

    [Test]
    public async Task The_simulated_network_takes_every_kind_of_NAT()
    {
        await InvokeAsync("--simulated", "--nat-a", "port-forwarded", "--nat-b", "symmetric");

        Assert.That(_run, Is.EqualTo(new DemoOptions(LabHomeKind.PortForwarded, LabHomeKind.Symmetric, false, false, true)));
    }

    [TestCase("--kill-relay", 2, true)]
    [TestCase("--relays 3", 3, false)]
    [TestCase("--relays 3 --kill-relay", 3, true)]
    public async Task Two_relays_are_there_when_one_is_to_be_killed(string args, int relays, bool kill)
    {
        await InvokeAsync(args.Split(' '));

        Assert.Multiple(() =>
        {
            Assert.That(_run!.Relays, Is.EqualTo(relays));
            Assert.That(_run.Plot, Is.EqualTo(new Plot(kill)));
        });
    }

    [Test]
    public async Task The_only_relay_is_not_killed()
    {
        Assert.That(await InvokeAsync("--relays", "1", "--kill-relay"), Is.EqualTo(ExitCode.CannotRun));
        Assert.That(_refused, Does.Contain("--relays 2"));
    }

    [Test]
    public async Task A_simulated_network_cannot_be_kept()
    {
        int code = await InvokeAsync("--simulated", "--keep");

        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(ExitCode.CannotRun));
            Assert.That(_run, Is.Null);
            Assert.That(_refused, Does.StartWith("--keep ").And.Contain("--simulated").And.Not.Contain('\n'));
        });
    }

    [Test]
    public async Task The_matrix_takes_some_networks_or_all()
    {
        await InvokeAsync("--matrix", "--kinds", "open,cgnat", "--runs", "3", "--json", "file.json", "--svg", "file.svg");

        Assert.That(_measured, Is.EqualTo(new MatrixOptions(_measured!.Kinds, 3, 2) { Json = "file.json", Svg = "file.svg" }));
        Assert.That(_measured!.Kinds, Is.EqualTo(new[] { LabHomeKind.Open, LabHomeKind.Carrier }));

        await InvokeAsync("--matrix", "--json", "--relays", "1");
        Assert.That(_measured, Is.EqualTo(new MatrixOptions(MatrixOptions.DefaultKinds, 1, 1) { Json = "" }));
    }

    [TestCase("--runs 3", "--runs")]
    [TestCase("--json file.json", "--json")]
    [TestCase("--matrix --nat-a open", "--nat-a")]
    [TestCase("--matrix --simulated", "--simulated")]
    [TestCase("--simulated --nat-a cgnat", "cgnat")]
    public async Task What_belongs_to_the_other_is_refused_in_one_line(string args, string named)
    {
        Assert.That(await InvokeAsync(args.Split(' ')), Is.EqualTo(ExitCode.CannotRun));
        Assert.That(_refused, Does.Contain(named).And.Not.Contain('\n'));
        Assert.That(_run, Is.Null);
        Assert.That(_measured, Is.Null);
    }

    private Task<int> InvokeAsync(params string[] args) => new DemoCommand().Create(
        options =>
        {
            _run = options;
            return Task.FromResult(ExitCode.Held);
        },
        options =>
        {
            _measured = options;
            return Task.FromResult(ExitCode.Held);
        },
        problem =>
        {
            _refused = problem;
            return Task.FromResult(ExitCode.CannotRun);
        }).Parse(args).InvokeAsync();
}
