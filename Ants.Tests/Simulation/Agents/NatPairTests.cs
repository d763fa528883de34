using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>Which pairs of NATs become direct, and how soon. Ten milliseconds lie between any two public hosts, one way.</summary>
public class NatPairTests
{
    private static readonly NatKind[] s_kinds =
    [
        NatKind.Open, NatKind.FullCone, NatKind.PortRestricted, NatKind.Symmetric, AgentWorld.Forwarded,
    ];

    private static IEnumerable<TestCaseData> Pairs =>
        from caller in s_kinds from answerer in s_kinds select new TestCaseData(caller, answerer);

    [TestCaseSource(nameof(Pairs))]
    public void A_pair_of_NATs_goes_direct_whenever_a_hole_can_be_punched(NatKind caller, NatKind answerer)
    {
        for (int seed = 1; seed <= 3; seed++)
        {
            TimeSpan? direct = TimeToDirect(caller, answerer, seed);
            bool possible = !(IsHard(caller, answerer) || IsHard(answerer, caller));
            TestContext.Out.WriteLine($"{caller} x {answerer}: {(direct is { } time ? $"direct after {time.TotalMilliseconds:0} ms" : "relayed")}");
            Assert.That(direct.HasValue, Is.EqualTo(possible));

            // A relayed round trip (40 ms) and two direct ones (20 ms); one more relayed one where the address that works was
            // only learned from a probe.
            Assert.That(direct ?? TimeSpan.Zero, Is.LessThanOrEqualTo(TimeSpan.FromMilliseconds(130)));
        }
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    [TestCase(5)]
    public void Two_port_restricted_NATs_go_direct_on_a_lossy_network(int seed)
    {
        LinkConditions bad = new() { Delay = TimeSpan.FromMilliseconds(10), Jitter = TimeSpan.FromMilliseconds(5), Loss = 0.05, Duplication = 0.02 };
        TimeSpan? direct = TimeToDirect(NatKind.PortRestricted, NatKind.PortRestricted, seed, bad);
        TestContext.Out.WriteLine($"direct after {direct?.TotalMilliseconds:0} ms");
        Assert.That(direct, Is.LessThan(TimeSpan.FromSeconds(1.5)));
    }

    /// <summary>A symmetric NAT's port for the peer cannot be known, and the other side lets in only what it has sent to.</summary>
    private static bool IsHard(NatKind a, NatKind b) => a == NatKind.Symmetric && (b == NatKind.Symmetric || b == NatKind.PortRestricted);

    private static TimeSpan? TimeToDirect(NatKind caller, NatKind answerer, int seed, LinkConditions? link = null)
    {
        using AgentWorld world = new(seed);
        SimulatedHost a = world.AddHost(caller, "alice"), b = world.AddHost(answerer, "bob");
        world.Network.Link = link ?? world.Network.Link;
        return world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            await using AntsAgent alice = await world.StartAgentAsync(a);
            await using AntsAgent bob = await world.StartAgentAsync(b);
            await using AntsSession session = await alice.ConnectAsync(bob.Id);
            Protocol.Instant start = world.Network.Now;
            Assert.That(session.CurrentPath.Kind, Is.EqualTo(PathKind.Relayed));
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(15), world.Network.Time);
            try
            {
                await foreach (PathChange change in session.PathChanges(patience.Token))
                {
                    if (change.Kind == PathKind.Direct)
                    {
                        return world.Network.Now - start;
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // It stays relayed.
            }

            return (TimeSpan?)null;
        }, TimeSpan.FromMinutes(1));
    }
}
