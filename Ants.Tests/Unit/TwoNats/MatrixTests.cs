using System.Net;
using System.Text.Json;
using Ants.Nat;
using Ants.Samples.TwoNats;
using Ants.Samples.TwoNats.Matrix;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Unit.TwoNats;

/// <summary>What the matrix makes of what agents say.</summary>
public sealed class MatrixTests
{
    private static readonly MatrixPair s_punched = new(LabHomeKind.PortRestricted, LabHomeKind.PortRestricted);
    private static readonly MatrixPair s_hopeless = new(LabHomeKind.PortRestricted, LabHomeKind.Symmetric);

    [Test]
    public void Every_pair_is_measured_once_and_one_LAN_by_itself_alone()
    {
        IReadOnlyList<MatrixPair> pairs = MatrixPair.Of([LabHomeKind.SameLan, LabHomeKind.Symmetric, LabHomeKind.Open]);

        Assert.That(pairs.Select(pair => pair.ToString()), Is.EqualTo(new[]
        {
            "open x open", "open x symmetric", "symmetric x symmetric", "same-lan x same-lan",
        }));
    }

    [TestCase("10.1.0.10:5000", "host")]
    [TestCase("[2001:db8:1::10]:5000", "ipv6")]
    [TestCase("203.0.113.100:41641", "advertised")]
    [TestCase("11.0.113.100:6000", "nat-pmp")]
    [TestCase("203.0.113.100:5000", "reflexive")]
    [TestCase("203.0.113.100:7000", "peer-reflexive")]
    public void An_address_says_how_it_became_known(string seen, string technique)
    {
        AgentStanding standing = new(
            IPAddress.Parse("10.1.0.10"),
            IPAddress.Parse("203.0.113.100"),
            5000,
            IPEndPoint.Parse("203.0.113.100:41641"),
            [(PortMappingProtocols.NatPmp, IPEndPoint.Parse("11.0.113.100:6000"))]);

        Assert.That(standing.SeenAt(IPEndPoint.Parse(seen)).ToName(), Is.EqualTo(technique));
    }

    [TestCase(Techniques.Reflexive | Techniques.Host, Techniques.Host)]
    [TestCase(Techniques.Reflexive | Techniques.PeerReflexive, Techniques.PeerReflexive)]
    [TestCase(Techniques.PeerReflexive | Techniques.Upnp, Techniques.Upnp)]
    public void Of_both_ends_that_address_explains_the_path_which_needs_less_luck(object both, object best) =>
        Assert.That(((Techniques)both).Best(), Is.EqualTo((Techniques)best));

    [Test]
    public void A_pair_that_must_be_direct_must_be_so_each_time_and_in_a_way_that_theory_knows()
    {
        Assert.Multiple(() =>
        {
            Assert.That(new MatrixCell(s_punched, [Direct(3), Direct(9)]).Problem, Is.Null);
            Assert.That(new MatrixCell(s_punched, [Direct(3), new(Techniques.None, null)]).Problem, Does.Contain("1 of 2"));
            Assert.That(new MatrixCell(s_punched, [Direct(3), new(Techniques.None, null, "no relay")]).Problem, Does.Contain("no relay"));
            Assert.That(new MatrixCell(s_punched, [Direct(3, Techniques.Host)]).Problem, Does.Contain("by host"));
            Assert.That(new MatrixCell(s_hopeless, [new(Techniques.None, null)]).Problem, Is.Null);
            Assert.That(new MatrixCell(s_hopeless, [Direct(3)]).Problem, Does.Contain("knows no way"));
            Assert.That(
                new MatrixCell(new MatrixPair(LabHomeKind.Sequential, LabHomeKind.Carrier), [Direct(3), new(Techniques.None, null)]).Problem,
                Is.Null,
                "a port may be guessed");
        });
    }

    [TestCase(new[] { 5.0 }, 5.0)]
    [TestCase(new[] { 9.0, 1.0, 4.0 }, 4.0)]
    [TestCase(new[] { 9.0, 1.0, 4.0, 6.0 }, 5.0)]
    public void The_median_is_that_of_the_direct_runs(double[] milliseconds, double median)
    {
        MatrixCell cell = new(s_punched, [new(Techniques.None, null), .. milliseconds.Select(one => Direct(one))]);

        Assert.That(cell.Median, Is.EqualTo(TimeSpan.FromMilliseconds(median)));
    }

    [Test]
    public void Grid_line_and_picture_show_each_pair()
    {
        MatrixCell[] cells = [new(s_punched, [Direct(3.14)]), new(s_hopeless, [new(Techniques.None, null)])];
        MatrixGrid grid = new(MatrixPair.Of([LabHomeKind.PortRestricted, LabHomeKind.Symmetric]), cells);

        Assert.That(grid.Lines().ToArray(), Is.EqualTo(new[]
        {
            "                         1      2",
            " 1 port-restricted   R 3.1",
            " 2 symmetric             -       ",
        }));
        Assert.That(MatrixLines.Line(cells[0]), Does.Contain("1 of 1  direct by reflexive").And.EndsWith("3.1 ms, worst 3.1"));
        Assert.That(MatrixSvg.Draw(grid), Does.Contain("R 3.1").And.Contain("symmetric").And.EndWith("</svg>\n"));
    }

    [Test]
    public void The_object_has_the_documented_members()
    {
        using JsonDocument json = JsonDocument.Parse(MatrixJson.Write(
            [new MatrixCell(s_punched, [Direct(2), Direct(4)]), new MatrixCell(s_hopeless, [new(Techniques.None, null)])]));
        JsonElement first = json.RootElement.GetProperty("pairs")[0];

        Assert.Multiple(() =>
        {
            Assert.That(json.RootElement.GetProperty("ok").GetBoolean(), Is.True);
            Assert.That(json.RootElement.GetProperty("median_ms").GetDouble(), Is.EqualTo(3));
            Assert.That(first.GetProperty("a").GetString(), Is.EqualTo("port-restricted"));
            Assert.That(first.GetProperty("expected").GetString(), Is.EqualTo("direct"));
            Assert.That(first.GetProperty("direct").GetInt32(), Is.EqualTo(2));
            Assert.That(first.GetProperty("techniques").GetString(), Is.EqualTo("reflexive"));
            Assert.That(first.GetProperty("ms").EnumerateArray().Select(one => one.GetDouble()), Is.EqualTo(new[] { 2.0, 4.0 }));
            Assert.That(json.RootElement.GetProperty("pairs")[1].GetProperty("median_ms").ValueKind, Is.EqualTo(JsonValueKind.Null));
        });
    }

    private static MatrixRun Direct(double milliseconds, Techniques technique = Techniques.Reflexive) =>
        new(technique, TimeSpan.FromMilliseconds(milliseconds));
}
