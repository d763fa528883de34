using System.Net;
using Ants.Nat;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

public sealed class PunchPlanTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(80);

    private static readonly Candidate[] Own = [Of(CandidateKind.Host, "192.168.1.2:5000")];

    private static readonly Gen<Candidate> GenCandidate = Gen.Select(
        Gen.Enum<CandidateKind>(),
        Gen.OneOf(Gen.Byte.Array[4], Gen.Select(Gen.Byte, last => new byte[] { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last })),
        Gen.Int[0, 3],
        (kind, address, port) => new Candidate(kind, new IPEndPoint(new IPAddress(address), port)));

    [Test]
    public void The_side_that_learned_later_opens_every_target_at_once()
    {
        PunchPlan plan = Plan(PunchTurn.Later, Of(CandidateKind.ServerReflexive, "198.51.100.7:1"));
        Assert.That(Run(plan).Select(probe => probe.At), Is.EqualTo(new double[] { 0, 20, 50, 100, 200, 400, 800 }));
    }

    [Test]
    public void The_side_that_learned_earlier_waits_half_the_round_trip_for_targets_behind_a_NAT()
    {
        PunchPlan plan = Plan(PunchTurn.Earlier, Of(CandidateKind.ServerReflexive, "198.51.100.7:1"));
        Assert.That(Run(plan).Select(probe => probe.At), Is.EqualTo(new double[] { 40, 60, 90, 140, 240, 440, 840 }));
    }

    [TestCase(CandidateKind.Host)]
    [TestCase(CandidateKind.Mapped)]
    [TestCase(CandidateKind.Advertised)]
    public void Open_targets_do_not_wait(CandidateKind kind)
    {
        PunchPlan plan = Plan(PunchTurn.Earlier, Of(kind, "198.51.100.7:1"));
        Assert.That(plan.NextDelay, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Both_sides_send_their_first_probe_at_the_same_moment()
    {
        // The later side learns the candidates half a round trip after the earlier one has sent its answer.
        Candidate behindNat = Of(CandidateKind.ServerReflexive, "198.51.100.7:1");
        TimeSpan earlier = Plan(PunchTurn.Earlier, behindNat).NextDelay!.Value;
        TimeSpan later = (RoundTrip / 2) + Plan(PunchTurn.Later, behindNat).NextDelay!.Value;
        Assert.That(earlier, Is.EqualTo(later));
    }

    [Test]
    public void A_bloated_round_trip_does_not_hold_up_the_attempt_and_a_negative_one_counts_as_none()
    {
        Candidate[] remote = [Of(CandidateKind.ServerReflexive, "198.51.100.7:1")];
        PunchPlan slow = new(Own, remote, TimeSpan.FromSeconds(9), PunchTurn.Earlier, PunchSchedule.Opening);
        PunchPlan odd = new(Own, remote, TimeSpan.FromSeconds(-1), PunchTurn.Earlier, PunchSchedule.Opening);

        Assert.That(slow.NextDelay, Is.EqualTo(TimeSpan.FromMilliseconds(500)));
        Assert.That(odd.NextDelay, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void At_one_moment_the_better_target_goes_first()
    {
        PunchPlan plan = Plan(
            PunchTurn.Later,
            Of(CandidateKind.ServerReflexive, "198.51.100.7:1"),
            Of(CandidateKind.Advertised, "198.51.100.7:2"),
            Of(CandidateKind.Host, "10.0.0.3:3"));

        Assert.That(Run(plan).Take(4).Select(probe => probe.Target.Port), Is.EqualTo(new[] { 3, 2, 1, 3 }));
    }

    [Test]
    public void A_family_that_this_side_lacks_is_not_probed()
    {
        PunchPlan plan = Plan(PunchTurn.Later, Of(CandidateKind.Host, "[2001:db8::1]:1"));
        Assert.That(plan.IsExhausted);
        Assert.That(plan.NextDelay, Is.Null);
    }

    [Test]
    public void An_agent_that_tells_no_candidates_probes_none()
    {
        PunchPlan plan = new([], [Of(CandidateKind.Host, "10.0.0.1:1")], RoundTrip, PunchTurn.Later, PunchSchedule.Opening);
        Assert.That(plan.Count, Is.Zero);
    }

    [Test]
    public void An_own_address_is_not_probed_when_the_peers_home_uses_the_same_private_range()
    {
        Assert.That(Plan(PunchTurn.Later, Of(CandidateKind.Host, "192.168.1.2:5000")).IsExhausted);
        Assert.That(Plan(PunchTurn.Later, Of(CandidateKind.Host, "192.168.1.2:5001")).IsExhausted, Is.False);
    }

    [TestCase("127.0.0.1:1", true, true)]
    [TestCase("127.0.0.1:1", false, false)]
    [TestCase("192.168.1.2:1", true, false)]
    public void Loopback_is_probed_only_if_asked_for_and_this_side_is_on_it_too(string own, bool asked, bool expected)
    {
        PunchPlan plan = new(
            [Of(CandidateKind.Host, own)], [Of(CandidateKind.Host, "127.0.0.1:9")],
            RoundTrip, PunchTurn.Later, PunchSchedule.Opening, asked);
        Assert.That(plan.Count > 0, Is.EqualTo(expected));
    }

    [Test]
    public void Nothing_comes_before_its_time()
    {
        PunchPlan plan = Plan(PunchTurn.Later, Of(CandidateKind.Host, "10.0.0.1:1"));

        Assert.That(plan.TryNext(TimeSpan.Zero, out _));
        Assert.That(plan.TryNext(TimeSpan.FromMilliseconds(20) - TimeSpan.FromTicks(1), out _), Is.False);
        Assert.That(plan.TryNext(TimeSpan.FromMilliseconds(20), out IPEndPoint? target));
        Assert.That(target, Is.EqualTo(IPEndPoint.Parse("10.0.0.1:1")));
    }

    [Test]
    public void Every_plan_keeps_its_budget_its_order_and_its_filter_and_forgets_no_target()
    {
        Gen.Select(GenCandidate.Array[0, 6], GenCandidate.Array[0, 30], Gen.Int[0, 2000], Gen.Bool, Gen.Bool).Sample(
            (own, remote, roundTrip, earlier, retry) =>
            {
                PunchSchedule schedule = retry ? PunchSchedule.Retry : PunchSchedule.Opening;
                PunchTurn turn = earlier ? PunchTurn.Earlier : PunchTurn.Later;
                PunchPlan plan = new(own, remote, TimeSpan.FromMilliseconds(roundTrip), turn, schedule);
                IPEndPoint[] eligible =
                [
                    .. remote
                        .Where(candidate => CandidateFilter.Peer.Check(candidate) == CandidateRefusal.None)
                        .Select(candidate => candidate.Endpoint)
                        .Where(endpoint => own.Any(mine => mine.Endpoint.AddressFamily == endpoint.AddressFamily))
                        .Where(endpoint => !own.Any(mine => mine.Endpoint.Equals(endpoint)))
                        .Distinct(),
                ];
                int count = plan.Count;
                List<(double At, IPEndPoint Target)> probes = Run(plan);
                return probes.Count == count
                    && count == Math.Min(schedule.Total, eligible.Length * schedule.Offsets.Count)
                    && probes.Zip(probes.Skip(1)).All(pair => pair.First.At <= pair.Second.At)
                    && probes.GroupBy(probe => probe.Target).All(group => group.Count() <= schedule.Offsets.Count)
                    && probes.Select(probe => probe.Target).ToHashSet().SetEquals(eligible);
            },
            iter: 20_000);
    }

    [Test]
    public void A_schedule_must_ascend_from_zero_or_later()
    {
        Assert.That(() => new PunchSchedule([]), Throws.ArgumentException);
        Assert.That(() => new PunchSchedule([TimeSpan.FromTicks(-1)]), Throws.ArgumentException);
        Assert.That(() => new PunchSchedule([TimeSpan.Zero, TimeSpan.Zero]), Throws.ArgumentException);
        Assert.That(() => new PunchSchedule([TimeSpan.Zero], total: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static PunchPlan Plan(PunchTurn turn, params Candidate[] remote) =>
        new(Own, remote, RoundTrip, turn, PunchSchedule.Opening);

    private static List<(double At, IPEndPoint Target)> Run(PunchPlan plan)
    {
        List<(double, IPEndPoint)> probes = [];
        while (plan.NextDelay is { } delay)
        {
            Assert.That(plan.TryNext(delay, out IPEndPoint? target));
            probes.Add((delay.TotalMilliseconds, target!));
        }

        Assert.That(plan.TryNext(TimeSpan.MaxValue, out _), Is.False);
        return probes;
    }

    private static Candidate Of(CandidateKind kind, string endpoint) => new(kind, IPEndPoint.Parse(endpoint));
}
