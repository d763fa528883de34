using System.Buffers.Binary;
using Ants.Protocol.Relaying;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Relaying;

public sealed class RelayTunnelTests
{
    private static readonly byte[] Packet = [0x40, 1, 2, 3];

    [Test]
    public void An_agent_is_named_until_the_alias_is_confirmed_and_never_after()
    {
        RelayTunnel near = new(), far = new();
        Assert.That(Type(near.Send(Id(1), Packet)), Is.EqualTo(RelayMessageType.Named));
        byte[] second = near.Send(Id(1), Packet);
        Assert.That(Type(second), Is.EqualTo(RelayMessageType.Named));

        Assert.That(far.Take(second, out byte[] answer), Is.EqualTo((Id(1), TunnelEvent.Packet)));
        Assert.That(near.Take(answer, out _).Kind, Is.EqualTo(TunnelEvent.None));

        byte[] third = near.Send(Id(1), Packet);
        Assert.That(Convert.ToHexStringLower(third), Is.EqualTo("010040010203"));
        Assert.That(far.Take(third, out answer), Is.EqualTo((Id(1), TunnelEvent.Packet)));
        Assert.That(answer, Is.Empty);
    }

    [Test]
    public void Every_name_is_confirmed_so_a_lost_confirmation_heals()
    {
        RelayTunnel near = new(), far = new();
        far.Take(near.Send(Id(1), Packet), out byte[] lost);
        Assert.That(lost, Is.Not.Empty);
        far.Take(near.Send(Id(1), Packet), out byte[] answer);
        near.Take(answer, out _);
        Assert.That(Type(near.Send(Id(1), Packet)), Is.EqualTo(RelayMessageType.Aliased));
    }

    [Test]
    public void An_alias_that_the_far_end_has_forgotten_is_named_again()
    {
        RelayTunnel near = new(), far = new();
        far.Take(near.Send(Id(1), Packet), out byte[] answer);
        near.Take(answer, out _);

        RelayTunnel forgetful = new();
        Assert.That(forgetful.Take(near.Send(Id(1), Packet), out answer).Kind, Is.EqualTo(TunnelEvent.UnknownAlias));
        Assert.That(Type(answer), Is.EqualTo(RelayMessageType.Unbound));
        near.Take(answer, out _);
        Assert.That(forgetful.Take(near.Send(Id(1), Packet), out _), Is.EqualTo((Id(1), TunnelEvent.Packet)));
    }

    [Test]
    public void The_agent_not_named_for_the_longest_loses_its_alias()
    {
        RelayTunnel near = new(capacity: 3), far = new(capacity: 3);
        foreach (int id in new[] { 1, 2, 3, 1, 4 })
        {
            Exchange(near, far, Id(id));
        }

        Assert.That(Type(near.Send(Id(1), Packet)), Is.EqualTo(RelayMessageType.Aliased));
        Assert.That(Type(near.Send(Id(3), Packet)), Is.EqualTo(RelayMessageType.Aliased));
        Assert.That(Type(near.Send(Id(4), Packet)), Is.EqualTo(RelayMessageType.Aliased));
        Assert.That(Type(near.Send(Id(2), Packet)), Is.EqualTo(RelayMessageType.Named));
    }

    [Test]
    public void A_late_confirmation_of_a_reused_slot_does_not_bind_its_new_agent()
    {
        RelayTunnel near = new(capacity: 1), far = new(capacity: 1);
        far.Take(near.Send(Id(1), Packet), out byte[] late);
        byte[] lost = near.Send(Id(2), Packet);
        near.Take(late, out _);

        byte[] next = near.Send(Id(2), Packet);
        Assert.That(Type(next), Is.EqualTo(RelayMessageType.Named));
        Assert.That(next, Is.EqualTo(lost));
        Assert.That(far.Take(next, out _), Is.EqualTo((Id(2), TunnelEvent.Packet)));
    }

    [Test]
    public void Confirmations_of_what_was_never_named_change_nothing()
    {
        RelayTunnel near = new();
        byte[] bound = new byte[5];
        near.Take(bound[..RelayMessage.Bound(RelayMessage.MaxAlias).Write(bound)], out _);
        near.Take(bound[..RelayMessage.Bound(0).Write(bound)], out _);
        Assert.That(Type(near.Send(Id(1), Packet)), Is.EqualTo(RelayMessageType.Named));
    }

    [Test]
    public void Hints_and_garbage_are_told_apart()
    {
        RelayTunnel near = new();
        byte[] hint = new byte[33];
        RelayMessage.Unreachable(Id(9)).Write(hint);
        Assert.That(near.Take(hint, out byte[] answer), Is.EqualTo((Id(9), TunnelEvent.Hint)));
        Assert.That(answer, Is.Empty);
        Assert.That(near.Take([0x3F], out answer).Kind, Is.EqualTo(TunnelEvent.Malformed));
        Assert.That(answer, Is.Empty);
    }

    [Test]
    public void Whatever_is_lost_late_or_doubled_names_heal_and_packets_reach_their_agent()
    {
        // Ten agents on four aliases: an alias changes its meaning all the time.
        Gen.Int.Sample(seed =>
        {
            Random random = new(seed);
            RelayTunnel near = new(capacity: 4), far = new(capacity: 4);
            List<(byte[] Payload, bool ToFar)> wire = [];
            for (int i = 0; i < 300; i++)
            {
                int id = random.Next(1, 11);
                wire.Add((near.Send(Id(id), Stamp(id)), true));
                while (wire.Count > random.Next(1, 6))
                {
                    Deliver(wire, random, near, far);
                }
            }

            // Once nothing is lost any more, one exchange is enough for the aliases that are in use.
            for (int id = 1; id <= 4; id++)
            {
                Exchange(near, far, Id(id));
                Exchange(near, far, Id(id));
                Assert.That(far.Take(near.Send(Id(id), Stamp(id)), out _).Agent, Is.EqualTo(Id(id)));
            }
        });
    }

    [Test]
    public void Memory_is_bounded_by_the_capacity()
    {
        AliasSender sender = new(capacity: 100);
        AliasReceiver receiver = new(capacity: 100);
        for (int i = 1; i < 5000; i++)
        {
            RelayMessage message = sender.Address(Id(i), Packet);
            receiver.Bind(message.Alias, message.Agent);
            receiver.Bind((ulong)i * 7919, Id(i));
        }

        Assert.That(sender.Count, Is.EqualTo(100));
        Assert.That(receiver.Count, Is.EqualTo(100));
    }

    private static void Deliver(List<(byte[] Payload, bool ToFar)> wire, Random random, RelayTunnel near, RelayTunnel far)
    {
        int pick = random.Next(wire.Count);
        (byte[] payload, bool toFar) = wire[pick];
        if (random.Next(10) > 0)
        {
            wire.RemoveAt(pick);
        }

        if (random.Next(4) == 0)
        {
            return;
        }

        if (!toFar)
        {
            near.Take(payload, out _);
            return;
        }

        far.Take(payload, out byte[] answer);
        if (answer.Length > 0)
        {
            wire.Add((answer, false));
        }
    }

    private static void Exchange(RelayTunnel near, RelayTunnel far, AgentId id)
    {
        far.Take(near.Send(id, Packet), out byte[] answer);
        if (answer.Length > 0)
        {
            near.Take(answer, out _);
        }
    }

    private static byte[] Stamp(int id) => [0x40, (byte)id];

    private static AgentId Id(int number)
    {
        byte[] bytes = new byte[AgentId.Size];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return AgentId.FromUncheckedBytes(bytes);
    }

    private static RelayMessageType Type(byte[] payload) => (RelayMessageType)payload[0];
}
