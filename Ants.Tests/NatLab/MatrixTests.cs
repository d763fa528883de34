using Ants.Samples.TwoNats;
using Ants.Samples.TwoNats.Matrix;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>Agents in the lab's homes meet as theory says. All pairs, and how soon, are <c>scripts/bar-matrix.sh</c>'s.</summary>
internal sealed class MatrixTests : LabFixture
{
    // Of each way to a direct path one pair that knows no other, and two that know none.
    [TestCase(LabHomeKind.Open, LabHomeKind.Sequential)]
    [TestCase(LabHomeKind.AddressRestricted, LabHomeKind.Symmetric)]
    [TestCase(LabHomeKind.MappedByNatPmp, LabHomeKind.Symmetric)]
    [TestCase(LabHomeKind.MappedByUpnp, LabHomeKind.SymmetricCarrier)]
    [TestCase(LabHomeKind.Carrier, LabHomeKind.ShortLived)]
    [TestCase(LabHomeKind.IPv6Firewall, LabHomeKind.IPv6Firewall)]
    [TestCase(LabHomeKind.SameLan, LabHomeKind.SameLan)]
    [TestCase(LabHomeKind.SharedCarrier, LabHomeKind.SharedCarrier)]
    [TestCase(LabHomeKind.Symmetric, LabHomeKind.SymmetricCarrier)]
    [TestCase(LabHomeKind.UdpBlocked, LabHomeKind.MappedByPcp)]
    public async Task A_pair_does_what_theory_says(LabHomeKind a, LabHomeKind b)
    {
        // Finds out whether there is a lab, and says so in the way of the other lab tests.
        await (await CreateLabAsync()).DisposeAsync();
        await using MatrixSite site = await MatrixSite.BuildAsync(relays: 2, CancellationToken.None);
        MatrixPair pair = new(a, b);

        // Twice: each side calls once.
        IReadOnlyList<MatrixCell> cells = await WithMiniupnpdAsync(() => MatrixMeasurement.RunAsync(
            site, [pair], _ => 2, cell => TestContext.Out.WriteLine(MatrixLines.Line(cell)), CancellationToken.None));

        Assert.That(cells.Single().Problem, Is.Null);
        Assert.That(cells.Single().Direct, Is.EqualTo(pair.Expectation.Verdict == Verdict.Direct ? 2 : 0));
    }
}
