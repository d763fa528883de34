using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;
using Ants.Relay.Forwarding;
using NUnit.Framework;
using KnownAgents = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Unit.Relay;

public sealed class ForwardedPathsTests
{
    private static readonly AgentId Bob = KnownAgents.Bob().Id;

    private readonly Endpoint _endpoint = new(KnownAgents.FromByte(0x77), new Crypto.SeededEntropy(1));
    private ulong _next;
    private Instant _now;

    [Test]
    public void An_agent_has_so_many_paths_and_a_silent_one_makes_room()
    {
        ForwardedPaths paths = new(() => ++_next);
        RelayedAgent alice = Agent(1), carol = Agent(3);
        for (ulong i = 0; i < ForwardedPaths.MaxPerAgent; i++)
        {
            Assert.That(paths.Issue(_now, alice, Bob, new ConnectionId(i)), Is.Not.Null);
        }

        Assert.That(paths.Issue(_now, alice, Bob, new ConnectionId(5000)), Is.Null);
        Assert.That(paths.Issue(_now, carol, Bob, new ConnectionId(5000)), Is.Not.Null, "one agent's greed is not another one's want");

        _now += TimeSpan.FromMinutes(9);
        paths.Issue(_now, alice, Bob, new ConnectionId(7));
        _now += TimeSpan.FromMinutes(2);
        Assert.That(paths.Issue(_now, alice, Bob, new ConnectionId(5000)), Is.Not.Null);
        Assert.That(paths.Count, Is.EqualTo(3), "of alice's the one that was used lately and the new one, and carol's");
    }

    [Test]
    public void All_agents_together_have_so_many_paths_and_those_of_one_that_leaves_are_free()
    {
        ForwardedPaths paths = new(() => ++_next, capacity: 3);
        RelayedAgent alice = Agent(1), carol = Agent(3);
        paths.Issue(_now, alice, Bob, new ConnectionId(1));
        paths.Issue(_now, alice, Bob, new ConnectionId(2));
        Assert.That(paths.Issue(_now, carol, Bob, new ConnectionId(1)), Is.Not.Null);
        Assert.That(paths.Issue(_now, carol, Bob, new ConnectionId(2)), Is.Null);
        Assert.That(paths.Issue(_now, carol, Bob, new ConnectionId(1)), Is.Not.Null, "what it has it keeps");
        paths.Remove(alice);
        Assert.That(paths.Issue(_now, carol, Bob, new ConnectionId(2)), Is.Not.Null);
    }

    [Test]
    public void Ids_are_never_given_twice()
    {
        ulong[] random = [5, 5, 5, 6];
        int i = 0;
        ForwardedPaths paths = new(() => random[i++]);
        RelayedAgent alice = Agent(1);
        Assert.That(paths.Issue(_now, alice, Bob, new ConnectionId(1))!.Id, Is.EqualTo(new ConnectionId(5)));
        Assert.That(paths.Issue(_now, alice, Bob, new ConnectionId(2))!.Id, Is.EqualTo(new ConnectionId(6)));
    }

    [Test]
    public void What_an_agent_asked_for_goes_with_it()
    {
        ForwardedPaths paths = new(() => ++_next);
        RelayedAgent alice = Agent(1), carol = Agent(3);
        ConnectionId gone = paths.Issue(_now, alice, Bob, new ConnectionId(1))!.Id, kept = paths.Issue(_now, carol, Bob, new ConnectionId(1))!.Id;
        paths.Remove(alice);
        Assert.That(paths.TryFind(gone, out _), Is.False);
        Assert.That(paths.TryFind(kept, out ForwardedPath? path), Is.True);
        Assert.That((path!.From, path.To, path.Inner), Is.EqualTo((carol, Bob, new ConnectionId(1))));
    }

    private RelayedAgent Agent(byte number) => new(_endpoint.Register(KnownAgents.FromByte(number).Id, new SessionOptions()), _endpoint, 1_000_000);
}
