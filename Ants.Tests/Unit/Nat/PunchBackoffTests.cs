using System.Net;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

public sealed class PunchBackoffTests
{
    private static readonly TimeSpan Lost = TimeSpan.FromHours(3);

    [Test]
    public void Attempts_are_quick_for_a_minute_and_then_ever_rarer()
    {
        List<double> starts = Run(TimeSpan.FromMinutes(5), jitter: 0);

        Assert.That(starts.Take(5), Is.EqualTo(new[] { 0.25, 0.75, 1.75, 2.75, 3.75 }));
        Assert.That(Gaps(starts.Where(start => start is >= 1.75 and < 61)), Is.All.EqualTo(1.0));
        Assert.That(Gaps(starts.Where(start => start > 60)), Is.EqualTo(new[] { 2.0, 4, 8, 16, 30, 30, 30, 30, 30, 30 }));
    }

    [Test]
    public void Jitter_only_shortens_and_by_a_fifth_at_most()
    {
        List<double> gaps = Gaps(Run(TimeSpan.FromMinutes(1), jitter: 0.999999)).Skip(2).ToList();
        Assert.That(gaps, Is.All.InRange(0.8, 0.81));
    }

    [Test]
    public void A_change_of_candidates_or_networks_makes_it_quick_again()
    {
        PunchBackoff backoff = new(Lost, random: 0);
        for (int i = 0; i < 100; i++)
        {
            backoff.HandleAttempt(backoff.NextAttempt, random: 0);
        }

        TimeSpan changed = backoff.NextAttempt - TimeSpan.FromSeconds(10);
        backoff.Reset(changed, random: 0);

        Assert.That(backoff.NextAttempt, Is.EqualTo(changed + TimeSpan.FromMilliseconds(250)));
        Assert.That(backoff.Attempts, Is.Zero);
    }

    [TestCase(0.0)]
    [TestCase(0.5)]
    [TestCase(0.99)]
    public void In_the_first_minute_a_firewall_that_opens_meets_a_probe_within_half_a_second(double jitter)
    {
        Candidate[] own = [new(CandidateKind.Host, IPEndPoint.Parse("192.168.1.2:1"))];
        Candidate[] remote = [new(CandidateKind.ServerReflexive, IPEndPoint.Parse("198.51.100.7:1"))];
        List<double> probes = [];
        foreach (double start in Run(TimeSpan.FromMinutes(1), jitter))
        {
            PunchPlan plan = new(own, remote, TimeSpan.FromMilliseconds(80), PunchTurn.Earlier, PunchSchedule.Retry);
            while (plan.NextDelay is { } delay)
            {
                plan.TryNext(delay, out _);
                probes.Add(start + delay.TotalSeconds);
            }
        }

        probes.Sort();
        Assert.That(Gaps(probes).Max(), Is.LessThan(0.5));
    }

    private static List<double> Run(TimeSpan duration, double jitter)
    {
        List<double> starts = [];
        PunchBackoff backoff = new(Lost, jitter);
        while (backoff.NextAttempt - Lost < duration)
        {
            starts.Add((backoff.NextAttempt - Lost).TotalSeconds);
            backoff.HandleAttempt(backoff.NextAttempt, jitter);
            Assert.That(backoff.Attempts, Is.EqualTo(starts.Count));
        }

        return starts;
    }

    private static List<double> Gaps(IEnumerable<double> times)
    {
        double[] all = [.. times];
        return [.. all.Zip(all.Skip(1), (first, second) => Math.Round(second - first, 6))];
    }
}
