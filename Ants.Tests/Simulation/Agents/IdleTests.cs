using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>An agent with nothing to do does nothing.</summary>
public class IdleTests
{
    [Test]
    public void An_idle_agent_with_a_direct_session_wakes_for_keepalives_only() => Pair.Run(async (world, alice, bob) =>
    {
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        await world.UntilDirectAsync(session);

        // By then it has found out what its NAT does, and how long mappings live.
        await world.PassAsync(1200);
        long turns = alice.Core.Driver.Turns;
        await world.PassAsync(300);
        long taken = alice.Core.Driver.Turns - turns;
        TestContext.Out.WriteLine($"{taken} turns in 300 s");

        // Twelve keepalives each on the relay's path and the direct one, each with its answer, its timer and the peer's own.
        Assert.That(taken, Is.LessThan(12 * 2 * 5));
        await ConnectingTests.EchoAsync(session, bob);
    }, minutes: 30);

    [Test]
    public void A_session_between_symmetric_NATs_costs_little_when_idle() => Pair.Run(async (world, alice, bob) =>
    {
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        await world.PassAsync(120);
        long turns = alice.Core.Driver.Turns;
        await world.PassAsync(300);
        long taken = alice.Core.Driver.Turns - turns;
        TestContext.Out.WriteLine($"{taken} turns in 300 s, relayed, with a punch now and then");
        Assert.That(taken, Is.LessThan(500));
    }, kind: Testing.NatKind.Symmetric);
}
