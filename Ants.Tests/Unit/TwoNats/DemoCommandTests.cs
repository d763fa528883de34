using Ants.Samples.TwoNats;
using NUnit.Framework;

namespace Ants.Tests.Unit.TwoNats;

public sealed class DemoCommandTests
{
    private DemoOptions? _run;
    private string? _refused;

    [TearDown]
    public void Forget() => (_run, _refused) = (null, null);

    [Test]
    public async Task Both_NATs_are_port_restricted_unless_told_otherwise()
    {
        await InvokeAsync("--json");

        Assert.That(
            _run, Is.EqualTo(new DemoOptions(NatKind.PortRestricted, NatKind.PortRestricted, false, true, !OperatingSystem.IsLinux())));
    }

    [Test]
    public async Task The_simulated_network_takes_every_kind_of_NAT()
    {
        await InvokeAsync("--simulated", "--nat-a", "port-forwarded", "--nat-b", "symmetric");

        Assert.That(_run, Is.EqualTo(new DemoOptions(NatKind.PortForwarded, NatKind.Symmetric, false, false, true)));
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

    private Task<int> InvokeAsync(params string[] args) => new DemoCommand().Create(
        options =>
        {
            _run = options;
            return Task.FromResult(ExitCode.Held);
        },
        problem =>
        {
            _refused = problem;
            return Task.FromResult(ExitCode.CannotRun);
        }).Parse(args).InvokeAsync();
}
