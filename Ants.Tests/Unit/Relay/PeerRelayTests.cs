using Ants.Protocol.Relaying;
using Ants.Relay;
using NUnit.Framework;
using KnownAgents = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Unit.Relay;

/// <summary>A relay asks those that it knows for records which it does not hold.</summary>
public class PeerRelayTests
{
    private const byte Alice = 1, Bob = 2, Carol = 3, Nobody = 9, First = 0x71, Second = 0x72, Third = 0x73;

    [Test]
    public void A_record_that_another_relay_holds_is_found()
    {
        using PeerWorld world = new();
        RelayServer second = world.Start(Second), first = world.Start(First, second.Address);
        RelayClient alice = world.Register(Alice, first), bob = world.Register(Bob, second);
        byte[] record = world.Publish(bob, Bob, second);

        Assert.That(world.Find(alice, Bob, mayAsk: false).Record, Is.Null, "nobody else is asked when the asker does not want it");
        (byte[]? found, TimeSpan took) = world.Find(alice, Bob);
        Assert.That(found, Is.EqualTo(record));
        Assert.That(took.TotalMilliseconds, Is.InRange(40, 45), "a round trip to the relay, and one from there to the other");

        (found, took) = world.Find(alice, Bob);
        Assert.That(found, Is.EqualTo(record));
        Assert.That(took.TotalMilliseconds, Is.InRange(20, 25), "it is remembered");
        Assert.That((first.Counters.LookupsPassedOn, first.Counters.RecordsFetched, second.Counters.Lookups), Is.EqualTo((1, 1, 1)));
        Assert.That(world.Find(bob, Alice).Record, Is.Null, "the other relay was told of none");
        world.For(13 * 3600);
        Assert.That(world.Find(alice, Bob, mayAsk: false).Record, Is.Null, "it is not remembered for longer than it is valid");
    }

    [Test]
    public void A_record_that_may_be_old_is_asked_for_again_and_the_newest_one_wins()
    {
        using PeerWorld world = new();
        RelayServer second = world.Start(Second), third = world.Start(Third), first = world.Start(First, second.Address, third.Address);
        RelayClient alice = world.Register(Alice, first), bob = world.Register(Bob, second);
        byte[] old = world.Publish(bob, Bob, second);
        Assert.That(world.Find(alice, Bob).Record, Is.EqualTo(old));

        // Bob has moved to the third relay, where the second one does not follow.
        bob.Leave();
        byte[] newer = world.Publish(world.Register(Bob, third), Bob, third, sequence: 2);
        world.For(6);
        Assert.That(world.Find(alice, Bob).Record, Is.EqualTo(newer));
    }

    [Test]
    public void That_nobody_knows_an_agent_is_remembered_for_a_moment()
    {
        using PeerWorld world = new();
        RelayServer second = world.Start(Second), first = world.Start(First, second.Address);
        RelayClient alice = world.Register(Alice, first);
        for (int i = 0; i < 20; i++)
        {
            Assert.That(world.Find(alice, Bob).Record, Is.Null);
        }

        Assert.That(second.Counters.Lookups, Is.EqualTo(1));
        byte[] record = world.Publish(world.Register(Bob, second), Bob, second);
        world.For(6);
        Assert.That(world.Find(alice, Bob).Record, Is.EqualTo(record));
    }

    [Test]
    public void Relays_in_a_ring_ask_each_other_once_and_no_question_goes_round()
    {
        using PeerWorld world = new();
        RelayAddress[] all = [world.AddressOf(First), world.AddressOf(Second), world.AddressOf(Third)];
        RelayServer[] relays = [world.Start(First, all), world.Start(Second, all), world.Start(Third, all)];
        RelayClient alice = world.Register(Alice, relays[0]);
        world.For(10);

        alice.Ask(new RelayControlMessage(RelayControlType.Lookup, (byte[])[255, .. KnownAgents.FromByte(Nobody).Id.ToByteArray()]));
        world.Until(() => alice.Control[^1].Type == RelayControlType.NotFound);
        world.For(30);

        Assert.That(relays.Select(relay => relay.Counters.LookupsPassedOn), Is.EqualTo(new[] { 2, 0, 0 }));
        Assert.That(relays.Select(relay => relay.Counters.Lookups), Is.EqualTo(new[] { 1, 1, 1 }));
    }

    [Test]
    public void Relays_that_name_each_other_hold_one_session_which_serves_both()
    {
        using PeerWorld world = new();

        // Both call at the same moment.
        RelayServer first = world.Start(First, world.AddressOf(Second)), second = world.Start(Second, world.AddressOf(First));
        RelayClient alice = world.Register(Alice, first), bob = world.Register(Bob, second);
        world.For(5);
        byte[] alices = world.Publish(alice, Alice, first), bobs = world.Publish(bob, Bob, second);
        Assert.That(world.Find(alice, Bob).Record, Is.EqualTo(bobs));
        Assert.That(world.Find(bob, Alice).Record, Is.EqualTo(alices));
        Assert.That((first.AgentCount, second.AgentCount), Is.EqualTo((1, 1)), "relays are not counted as agents");
    }

    [Test]
    public void A_relay_does_not_ask_back_whoever_asks()
    {
        using PeerWorld world = new();
        ScriptedRelay second = world.Script(Second);
        RelayServer first = world.Start(First, second.Address);
        world.Until(() => second.Caller is not null);
        second.Tell(RelayControlMessage.Lookup(KnownAgents.FromByte(Nobody).Id, mayAsk: true));
        world.Until(() => first.Counters.Lookups == 1);
        world.For(5);
        Assert.That(second.Asked, Is.Empty);
    }

    [Test]
    public void A_relay_that_answers_nothing_costs_two_seconds_and_hides_no_other()
    {
        using PeerWorld world = new();
        ScriptedRelay mute = world.Script(Third);
        RelayServer second = world.Start(Second), first = world.Start(First, mute.Address, second.Address);
        RelayClient alice = world.Register(Alice, first), bob = world.Register(Bob, second);
        byte[] record = world.Publish(bob, Bob, second);

        (byte[]? found, TimeSpan took) = world.Find(alice, Bob);
        Assert.That(found, Is.EqualTo(record));
        Assert.That(took.TotalSeconds, Is.InRange(2, 2.1));
        (found, took) = world.Find(alice, Bob);
        Assert.That(found, Is.EqualTo(record));
        Assert.That(took.TotalMilliseconds, Is.InRange(300, 350), "a record that is known is not waited for as long");
    }

    [Test]
    public void A_dead_relay_is_not_waited_for_and_is_asked_again_when_it_is_back()
    {
        using PeerWorld world = new();
        RelayServer second = world.Start(Second), third = world.Start(Third), first = world.Start(First, second.Address, third.Address);
        RelayClient alice = world.Register(Alice, first);
        byte[] record = world.Publish(world.Register(Bob, second), Bob, second);
        world.HostOf(Third).Kill();

        (byte[]? found, TimeSpan took) = world.Find(alice, Bob);
        Assert.That(found, Is.EqualTo(record));
        Assert.That(took.TotalSeconds, Is.LessThan(2.1));
        world.For(30);
        Assert.That(world.Find(alice, Nobody).Took.TotalMilliseconds, Is.InRange(40, 45), "it is known to be dead");

        world.Stop(third);
        third = world.Start(Third);
        byte[] carols = world.Publish(world.Register(Carol, third), Carol, third);
        world.For(20);
        Assert.That(world.Find(alice, Carol).Record, Is.EqualTo(carols));
    }

    [Test]
    public void A_question_to_a_relay_that_has_restarted_is_asked_again()
    {
        using PeerWorld world = new();
        RelayServer second = world.Start(Second), first = world.Start(First, second.Address);
        RelayClient alice = world.Register(Alice, first);
        world.For(2);
        world.HostOf(Second).Kill();
        world.Stop(second);
        second = world.Start(Second);
        byte[] record = world.Publish(world.Register(Bob, second), Bob, second);

        // The first one learns it by a reset, answers that nobody is known, and is back before the next try.
        world.Find(alice, Bob);
        world.For(1);
        Assert.That(world.Find(alice, Bob).Record, Is.EqualTo(record));
    }

    [Test]
    public void A_relay_that_drains_is_left_by_those_that_ask_it()
    {
        using PeerWorld world = new();
        RelayServer second = world.Start(Second), first = world.Start(First, second.Address);
        world.Until(() => second.AgentCount == 1);
        Assert.That(world.Find(world.Register(Alice, first), Nobody).Record, Is.Null);
        Task drained = second.DrainAsync(TimeSpan.FromSeconds(30));
        world.Network.RunUntil(() => drained.IsCompleted, TimeSpan.FromSeconds(1));
    }

    [Test]
    public void No_packets_go_to_a_relay_under_its_own_name()
    {
        using PeerWorld world = new();
        RelayServer second = world.Start(Second), first = world.Start(First, second.Address);
        RelayClient alice = world.Register(Alice, first), bob = world.Register(Bob, second);
        world.Until(() => second.AgentCount == 2);
        alice.Send(KnownAgents.FromByte(Second).Id, 1, 2, 3);
        bob.Send(KnownAgents.FromByte(First).Id, 1, 2, 3);
        world.For(2);
        Assert.That(alice.Hints, Is.EqualTo(new[] { (RelayMessageType.Unreachable, KnownAgents.FromByte(Second).Id) }));
        Assert.That((first.Counters.ForwardedPackets, second.Counters.ForwardedPackets), Is.EqualTo((0, 0)));
    }

    [Test]
    public void A_flood_of_lookups_reaches_the_others_no_faster_than_one_agent_may_ask()
    {
        using PeerWorld world = new();
        ScriptedRelay second = world.Script(Second), third = world.Script(Third);
        foreach (ScriptedRelay relay in new[] { second, third })
        {
            relay.Answer = wanted => [RelayControlMessage.NotFound(wanted)];
        }

        RelayServer first = world.Start(First, second.Address, third.Address);
        RelayClient mallory = world.Register(Alice, first), carol = world.Register(Carol, first);
        world.For(2);
        for (int i = 0; i < 3000; i++)
        {
            byte[] id = new byte[AgentId.Size];
            BitConverter.TryWriteBytes(id, i + 1);
            mallory.Ask(RelayControlMessage.Lookup(AgentId.FromUncheckedBytes(id), mayAsk: true));
            world.For(0.001);
        }

        // A burst of 100 and ten a second, of which each relay that is asked counts.
        Assert.That(second.Asked.Count + third.Asked.Count, Is.InRange(100, 135));
        Assert.That(first.Counters.LookupsPassedOn, Is.EqualTo(second.Asked.Count + third.Asked.Count));
        Assert.That(second.Asked, Has.All.Matches<(AgentId, bool MayAsk)>(asked => !asked.MayAsk));
        second.Answer = _ => [RelayControlMessage.Record(world.Sign(Bob, 1))];
        Assert.That(world.Find(carol, Bob).Record, Is.Not.Null, "another agent has its own share");
    }
}
