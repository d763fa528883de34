using Ants.Crypto.Records;
using Ants.Protocol.Relaying;
using Ants.Relay;
using NUnit.Framework;
using KnownAgents = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Unit.Relay;

/// <summary>What another relay says is believed as far as the agent's own signature goes, and heard only when it was asked.</summary>
public class LyingPeerRelayTests
{
    private const byte Alice = 1, Bob = 2, Carol = 3, First = 0x71, Liar = 0x72, Honest = 0x73;

    [TestCase("forged")]
    [TestCase("expired")]
    [TestCase("not yet valid")]
    [TestCase("oversized")]
    [TestCase("malformed")]
    public void A_bad_record_is_not_passed_on_and_a_good_one_of_another_relay_is(string fault)
    {
        using PeerWorld world = new();
        ScriptedRelay liar = world.Script(Liar);
        RelayServer honest = world.Start(Honest), first = world.Start(First, liar.Address, honest.Address);
        RelayClient alice = world.Register(Alice, first);
        byte[] good = world.Publish(world.Register(Bob, honest), Bob, honest, sequence: 5), id = KnownAgents.FromByte(Bob).Id.ToByteArray();
        byte[] bad = fault switch
        {
            "forged" => [.. good[..^1], (byte)(good[^1] ^ 1)],
            "expired" => world.Sign(Bob, 9, TimeSpan.FromHours(-20)),
            "not yet valid" => world.Sign(Bob, 9, TimeSpan.FromHours(1)),
            "oversized" => [.. id, .. new byte[SignedRecord.MaxSize]],
            _ => id,
        };
        liar.Answer = _ => [RelayControlMessage.Record(bad)];

        Assert.That(world.Find(alice, Bob).Record, Is.EqualTo(good));
        Assert.That((liar.Asked.Count, first.Counters.RecordsRefused, first.Counters.RecordsFetched), Is.EqualTo((1, 1, 1)));
    }

    [Test]
    public void An_old_record_loses_against_the_newer_one_whichever_comes_first()
    {
        using PeerWorld world = new();
        ScriptedRelay liar = world.Script(Liar);
        RelayServer honest = world.Start(Honest), first = world.Start(First, liar.Address, honest.Address);
        RelayClient alice = world.Register(Alice, first);
        liar.Answer = _ => [RelayControlMessage.Record(world.Sign(Bob, 4))];
        byte[] newer = world.Publish(world.Register(Bob, honest), Bob, honest, sequence: 5);
        Assert.That(world.Find(alice, Bob).Record, Is.EqualTo(newer));
        world.For(10);
        Assert.That(world.Find(alice, Bob).Record, Is.EqualTo(newer));
    }

    [Test]
    public void What_nobody_asked_for_is_not_kept()
    {
        using PeerWorld world = new();
        ScriptedRelay liar = world.Script(Liar);
        RelayServer first = world.Start(First, liar.Address);
        RelayClient alice = world.Register(Alice, first);
        byte[] carols = world.Sign(Carol, 1), bobs = world.Sign(Bob, 1);

        // Asked for bob, it tells of carol, and of bob twice: the second answer is one too many.
        liar.Answer = _ => [RelayControlMessage.Record(carols), RelayControlMessage.Record(bobs), RelayControlMessage.Record(world.Sign(Bob, 2))];
        liar.Tell(RelayControlMessage.Record(carols));
        Assert.That(world.Find(alice, Bob).Record, Is.EqualTo(bobs));
        world.For(1);
        Assert.That(world.Find(alice, Carol, mayAsk: false).Record, Is.Null);
        Assert.That(world.Find(alice, Bob, mayAsk: false).Record, Is.EqualTo(bobs));
        Assert.That(first.Counters.RecordsFetched, Is.EqualTo(1));
    }

    [Test]
    public void An_agent_that_is_no_relay_of_the_operators_cannot_answer()
    {
        using PeerWorld world = new();
        ScriptedRelay mute = world.Script(Liar);
        RelayServer first = world.Start(First, mute.Address);
        RelayClient alice = world.Register(Alice, first), mallory = world.Register(Carol, first);
        alice.Ask(RelayControlMessage.Lookup(KnownAgents.FromByte(Bob).Id, mayAsk: true));
        world.Until(() => mute.Asked.Count == 1);
        mallory.Ask(RelayControlMessage.Record(world.Sign(Bob, 1)));
        world.Until(() => alice.Control[^1].Type == RelayControlType.NotFound);
        Assert.That(first.Counters.RecordsFetched, Is.Zero);
    }
}
