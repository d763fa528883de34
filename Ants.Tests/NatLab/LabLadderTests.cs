using Ants.Testing.Lab;
using Ants.Tests.Lab.Probe;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>The rungs on which a lab can stand, and what is said when none holds.</summary>
internal sealed class LabLadderTests : LabFixture
{
    [Test]
    public async Task Root_needs_no_user_namespace()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Pass("Not root: this rung is not ours.");
        }

        await using NatLab lab = await CreateLabAsync(LabIsolation.Root);
        LabNat nat = await lab.AddNatAsync("nat-a", LabNatBehaviour.PortRestricted);
        await using LabSocket server = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("s"), 443);
        await using LabSocket inside = await LabSocket.OpenAsync(await nat.AddHostAsync("a"), 41_000);

        Assert.That((await inside.SendToAsync(server)).Address, Is.EqualTo(nat.PublicAddress));
        Assert.That(lab.Isolation, Is.EqualTo(LabIsolation.Root));
    }

    [Test]
    public async Task Where_no_rung_holds_one_line_names_the_cause_and_the_remedy()
    {
        await using NatLab lab = await CreateLabAsync();
        LabHost host = await lab.AddPublicHostAsync("a");

        // Within a lab's own user namespace: no further one is allowed, and root has lost its rights.
        LabCommandResult refused = await host.RunAsync(
            "sh",
            [
                "-c",
                "echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --bounding-set -all --inh-caps -all \"$@\"", "sh",
                "dotnet", "exec", typeof(LabLadderTests).Assembly.Location, LabKeeper.Command,
            ]);

        await TestContext.Out.WriteLineAsync(refused.Error);
        Assert.Multiple(() =>
        {
            Assert.That(refused.ExitCode, Is.EqualTo(LabKeeper.Unavailable));
            Assert.That(refused.Error, Does.Contain("sudo -E ./demo.sh").And.Not.Contain("\n"));
        });
    }
}
