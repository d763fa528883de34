using Ants.Samples.TwoNats;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Unit.TwoNats;

public sealed class SummaryTests
{
    private static readonly Summary s_direct = new(LabHomeKind.PortRestricted, LabHomeKind.FullCone)
    {
        Lines = new LineCount(100, 100, 0, 0, 0, 0),
        FirstLine = TimeSpan.FromMilliseconds(150.4),
        Direct = TimeSpan.FromMilliseconds(80),
        CutGap = TimeSpan.FromMilliseconds(300),
        Redirect = TimeSpan.FromMilliseconds(900),
        RebindGap = TimeSpan.FromMilliseconds(120.6),
        RelayKillGap = TimeSpan.FromMilliseconds(44),
        MoveGap = TimeSpan.FromMilliseconds(31.2),
        Udp = TimeSpan.FromMilliseconds(1900.2),
        UdpBlockGap = TimeSpan.FromMilliseconds(250),
        FinalPath = PathKind.Direct,
    };

    private static readonly Summary s_relayed = new(LabHomeKind.PortRestricted, LabHomeKind.Symmetric)
    {
        Lines = new LineCount(100, 100, 0, 0, 0, 0),
        FirstLine = TimeSpan.FromMilliseconds(150),
        FinalPath = PathKind.Relayed,
    };

    [Test]
    public void The_object_has_the_documented_members_in_their_order()
    {
        Assert.That(s_direct.ToJson(), Is.EqualTo(
            """{"ok":true,"nat_a":"port-restricted","nat_b":"full-cone","lines":{"sent":100,"received":100,"lost":0,"duplicated":0,"reordered":0},"first_line_ms":150,"direct_expected":true,"direct_ms":80,"cut_gap_ms":300,"redirect_ms":900,"rebind_gap_ms":121,"relay_kill_gap_ms":44,"move_gap_ms":31,"udp_ms":1900,"udp_block_gap_ms":250,"final_path":"direct"}"""));
    }

    [Test]
    public void Phases_that_do_not_apply_are_null()
    {
        Assert.That(s_relayed.ToJson(), Is.EqualTo(
            """{"ok":true,"nat_a":"port-restricted","nat_b":"symmetric","lines":{"sent":100,"received":100,"lost":0,"duplicated":0,"reordered":0},"first_line_ms":150,"direct_expected":false,"direct_ms":null,"cut_gap_ms":null,"redirect_ms":null,"rebind_gap_ms":null,"relay_kill_gap_ms":null,"move_gap_ms":null,"udp_ms":null,"udp_block_gap_ms":null,"final_path":"relayed"}"""));
    }

    [Test]
    public void A_run_that_was_not_told_to_its_end_is_not_ok()
    {
        Summary empty = new(LabHomeKind.Open, LabHomeKind.Open) { Failures = ["The relay did not start."] };

        Assert.Multiple(() =>
        {
            Assert.That(empty.ToJson(), Does.StartWith("""{"ok":false,""").And.EndWith("\"final_path\":null}"));
            Assert.That((s_direct with { Failures = ["bob ended with exit code 1."] }).Ok, Is.False);
        });
    }

    [Test]
    public void Any_line_lost_doubled_out_of_order_or_foreign_spoils_it()
    {
        LineCount[] spoiled =
        [
            new(0, 0, 0, 0, 0, 0), new(100, 99, 1, 0, 0, 0), new(100, 101, 0, 1, 0, 0), new(100, 100, 0, 0, 1, 0), new(100, 101, 0, 0, 0, 1),
        ];

        Assert.That(spoiled.Select(lines => (s_direct with { Lines = lines }).Ok), Is.All.False);
    }

    [Test]
    public void A_cut_may_silence_the_session_for_less_than_a_second()
    {
        Assert.Multiple(() =>
        {
            Assert.That((s_direct with { CutGap = TimeSpan.FromMilliseconds(999) }).Ok, Is.True);
            Assert.That((s_direct with { CutGap = TimeSpan.FromMilliseconds(1000) }).Ok, Is.False);
            Assert.That((s_direct with { CutGap = null }).Ok, Is.False);
        });
    }

    [Test]
    public void Direct_must_be_reached_where_it_is_expected_and_only_there()
    {
        Assert.Multiple(() =>
        {
            Assert.That((s_direct with { Direct = null }).Ok, Is.False);
            Assert.That((s_direct with { FinalPath = PathKind.Relayed }).Ok, Is.False);
            Assert.That((s_direct with { FinalPath = null }).Ok, Is.False);
            Assert.That((s_relayed with { Direct = TimeSpan.FromMilliseconds(80) }).Ok, Is.False);
            Assert.That((s_relayed with { FinalPath = PathKind.Direct }).Ok, Is.False);
        });
    }

    [Test]
    public void UDP_must_be_used_soon_and_its_end_be_hardly_heard()
    {
        Assert.Multiple(() =>
        {
            Assert.That((s_relayed with { Udp = TimeSpan.FromMilliseconds(4999), UdpBlockGap = TimeSpan.FromMilliseconds(999) }).Ok, Is.True);
            Assert.That((s_relayed with { Udp = TimeSpan.FromSeconds(5) }).Ok, Is.False);
            Assert.That((s_relayed with { UdpBlockGap = TimeSpan.FromSeconds(1) }).Ok, Is.False);
        });
    }

    [Test]
    public void Every_kind_of_nat_reads_back_from_its_name()
    {
        foreach (LabHomeKind kind in Enum.GetValues<LabHomeKind>())
        {
            Assert.That(LabHomeKinds.TryParse(kind.ToName(), out LabHomeKind read, out _) && read == kind, Is.True, kind.ToName());
        }

        Assert.That(LabHomeKinds.TryParse("Open", out _, out string? problem), Is.False);
        Assert.That(problem, Does.Contain("port-restricted"));
    }
}
