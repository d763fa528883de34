using Ants.Crypto.Records;
using Ants.Protocol.Relaying;
using Ants.Relay.Records;
using NUnit.Framework;
using KnownAgents = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Unit.Relay;

/// <summary>What a relay does with records: it keeps the newest, shows it to whoever asks, and says why it refuses one.</summary>
public class RecordDeskTests
{
    private static readonly AgentIdentity s_alice = KnownAgents.FromByte(1), s_bob = KnownAgents.FromByte(2);

    [Test]
    public void A_record_is_shown_to_others_also_after_its_agent_has_left()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1), bob = world.Registered(2);
        byte[] record = Sign(world, s_alice, 1);
        alice.Ask(RelayControlMessage.Publish(record));
        world.Until(() => world.Counters.RecordsKept == 1);
        Assert.That(Find(world, bob, s_alice.Id), Is.EqualTo(record));

        alice.Leave();
        world.Until(() => world.Relay.AgentCount == 1);
        Assert.That(Find(world, bob, s_alice.Id), Is.EqualTo(record));
        world.For(25 * 3600);
        RelayClient carol = world.Registered(3);
        Assert.That(Find(world, carol, s_alice.Id), Is.Null, "it has expired");
    }

    [Test]
    public void A_higher_sequence_wins_and_the_same_record_may_be_told_twice()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1);
        byte[] first = Sign(world, s_alice, 5), second = Sign(world, s_alice, 6), same = Sign(world, s_alice, 6, "ants://other/");
        Assert.That(Refusals(world, alice, first, first, second, second), Is.Empty);
        Assert.That(Refusals(world, alice, first, same), Is.EqualTo(new[] { RecordFault.Replayed, RecordFault.Replayed }));
        Assert.That(Find(world, alice, s_alice.Id), Is.EqualTo(second));
    }

    [Test]
    public void Each_fault_is_named()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1);
        byte[] good = Sign(world, s_alice, 1), forged = [.. good[..^1], (byte)(good[^1] ^ 1)];
        byte[] late = Sign(world, s_alice, 2, issued: TimeSpan.FromHours(-20)), early = Sign(world, s_alice, 3, issued: TimeSpan.FromHours(1));
        Assert.That(
            Refusals(world, alice, forged, late, early, Sign(world, s_bob, 1), [1, 2, 3], new byte[SignedRecord.MaxSize + 1]),
            Is.EqualTo(new[]
            {
                RecordFault.Forged, RecordFault.Expired, RecordFault.NotYetValid, RecordFault.NotYours, RecordFault.Malformed, RecordFault.Oversized,
            }));
        Assert.That(Find(world, alice, s_alice.Id), Is.Null);
        Assert.That(Find(world, alice, s_bob.Id), Is.Null);
    }

    [Test]
    public void Who_publishes_without_end_is_told_to_stop()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1);
        byte[][] many = [.. Enumerable.Range(1, 20).Select(i => Sign(world, s_alice, (ulong)i))];
        Assert.That(Refusals(world, alice, many), Has.Length.InRange(9, 10).And.All.EqualTo(RecordFault.TooOften));
    }

    [Test]
    public void A_message_longer_than_any_ends_the_stream_and_not_the_session()
    {
        using RelayWorld world = new();
        RelayClient alice = world.Registered(1), bob = world.Registered(2);
        alice.Ask(new RelayControlMessage(RelayControlType.Publish, new byte[RelayControlMessage.MaxBody + 1]));
        world.For(2);
        alice.Send(s_bob.Id, 1, 2, 3);
        world.Until(() => bob.Packets.Count == 1);
        Assert.That(world.Counters.RecordsKept + world.Counters.RecordsRefused, Is.Zero);
    }

    [Test]
    public void Records_of_agents_that_are_not_there_are_forgotten_in_order()
    {
        DateTimeOffset now = DateTimeOffset.UnixEpoch + TimeSpan.FromDays(20_000);
        RecordStore store = new(maxStrays: 2);
        store.OnRegistered(s_alice.Id);
        AgentIdentity[] all = [s_alice, s_bob, KnownAgents.FromByte(3), KnownAgents.FromByte(4)];
        foreach (AgentIdentity agent in all)
        {
            Assert.That(store.Put(Read(Sign(now, agent, 1), now), now), Is.Null);
        }

        Assert.That(all.Select(agent => store.Find(agent.Id, now) is not null), Is.EqualTo(new[] { true, false, true, true }));
        store.OnLeft(s_alice.Id);
        Assert.That(all.Select(agent => store.Find(agent.Id, now) is not null), Is.EqualTo(new[] { true, false, false, true }));
        Assert.That(store.Find(s_alice.Id, now.AddDays(2)), Is.Null);
        Assert.That(store.Count, Is.EqualTo(1));
    }

    private static byte[]? Find(RelayWorld world, RelayClient asker, AgentId wanted)
    {
        int before = asker.Control.Count;
        asker.Ask(RelayControlMessage.Lookup(wanted, mayAsk: true));
        world.Until(() => asker.Control.Count > before);
        RelayControlMessage answer = asker.Control[^1];
        return answer.Type == RelayControlType.Record ? answer.Body.ToArray() : null;
    }

    private static RecordFault[] Refusals(RelayWorld world, RelayClient agent, params byte[][] records)
    {
        int before = agent.Control.Count;
        foreach (byte[] record in records)
        {
            agent.Ask(RelayControlMessage.Publish(record));
        }

        world.For(2);
        return [.. agent.Control.Skip(before).Select(message => message.TryReadRefused(out RecordFault fault) ? fault : default)];
    }

    private static AgentRecord Read(byte[] bytes, DateTimeOffset now)
    {
        Assert.That(AgentRecord.TryRead(bytes, now, out AgentRecord? record, out _));
        return record!;
    }

    private static byte[] Sign(RelayWorld world, AgentIdentity agent, ulong sequence, string relay = "ants://relay/", TimeSpan issued = default) =>
        Sign(world.Network.Time.GetUtcNow() + issued, agent, sequence, relay);

    private static byte[] Sign(DateTimeOffset issued, AgentIdentity agent, ulong sequence, string relay = "ants://relay/") =>
        SignedRecord.Sign(agent, new RecordContent
        {
            Sequence = sequence,
            IssuedAt = issued - DateTimeOffset.UnixEpoch,
            ExpiresAt = issued - DateTimeOffset.UnixEpoch + TimeSpan.FromHours(12),
            Relays = [relay],
        });
}
