using Ants.Protocol;
using Ants.Protocol.Relaying;
using Ants.Protocol.Wire;
using NUnit.Framework;
using KnownAgents = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Unit.Protocol.Relaying;

public sealed class ForwardingIdsTests
{
    private static readonly AgentId Alice = KnownAgents.Alice().Id, Bob = KnownAgents.Bob().Id;
    private static readonly ConnectionId Inner = new(1), Issued = new(77);

    private readonly ForwardingIds _ids = new(capacity: 2);
    private Instant _now;

    [Test]
    public void A_path_is_asked_for_at_its_first_packet_and_not_forwarded_before_the_answer()
    {
        ForwardingIds ids = new();
        Assert.That(ids.TryGet(_now, Bob, Inner, out _, out bool ask), Is.False);
        Assert.That(ask, Is.True);
        Assert.That(ids.TryGet(_now, Bob, Inner, out _, out ask), Is.False);
        Assert.That(ask, Is.False);
        Assert.That(ids.OnForwarded(_now, Bob, Inner, Issued), Is.True);
        Assert.That(ids.TryGet(_now, Bob, Inner, out ConnectionId id, out ask), Is.True);
        Assert.That((id, ask), Is.EqualTo((Issued, false)));
    }

    [Test]
    public void What_is_not_answered_is_asked_less_and_less_often()
    {
        ForwardingIds ids = new();
        List<double> asked = [];
        for (int i = 0; i < 60_000; i += 10)
        {
            ids.TryGet(new Instant(0) + TimeSpan.FromMilliseconds(i), Bob, Inner, out _, out bool ask);
            if (ask)
            {
                asked.Add(i / 1000.0);
            }
        }

        Assert.That(asked, Is.EqualTo(new[] { 0, 0.25, 0.75, 1.75, 3.75, 7.75, 15.75, 31.75, 47.75 }));
    }

    [Test]
    public void An_answer_to_another_question_is_none()
    {
        ForwardingIds ids = new();
        ids.TryGet(_now, Bob, Inner, out _, out _);
        Assert.That(ids.OnForwarded(_now, Alice, Inner, Issued), Is.False);
        Assert.That(ids.OnForwarded(_now, Bob, new ConnectionId(2), Issued), Is.False);
        Assert.That(ids.TryGet(_now, Bob, Inner, out _, out _), Is.False);
    }

    [Test]
    public void A_peer_that_chose_the_id_of_another_ones_path_is_not_forwarded()
    {
        ForwardingIds ids = new();
        Bind(ids, Bob, Inner);
        Assert.That(ids.TryGet(_now, Alice, Inner, out _, out bool ask), Is.False);
        Assert.That(ask, Is.False);
        Assert.That(ids.TryGet(_now, Bob, Inner, out _, out _), Is.True);
    }

    [Test]
    public void The_relay_is_asked_again_after_ten_minutes_of_use_while_packets_go_on()
    {
        ForwardingIds ids = new();
        Bind(ids, Bob, Inner);
        bool asked = false;
        for (int minute = 1; minute <= 10; minute++)
        {
            Assert.That(asked, Is.False);
            _now += TimeSpan.FromMinutes(1);
            Assert.That(ids.TryGet(_now, Bob, Inner, out _, out asked), Is.True);
        }

        Assert.That(asked, Is.True);
    }

    [Test]
    public void What_was_not_used_for_five_minutes_is_asked_for_anew_before_it_is_used()
    {
        ForwardingIds ids = new();
        Bind(ids, Bob, Inner);
        _now += TimeSpan.FromMinutes(5.1);
        Assert.That(ids.TryGet(_now, Bob, Inner, out _, out bool ask), Is.False);
        Assert.That(ask, Is.True);
    }

    [Test]
    public void A_full_table_takes_a_new_path_when_an_old_one_has_been_silent()
    {
        Bind(_ids, Bob, new ConnectionId(10));
        Bind(_ids, Bob, new ConnectionId(11));
        Assert.That(_ids.TryGet(_now, Bob, Inner, out _, out bool ask), Is.False);
        Assert.That(ask, Is.False);

        _now += TimeSpan.FromMinutes(4);
        _ids.TryGet(_now, Bob, new ConnectionId(11), out _, out _);
        _now += TimeSpan.FromMinutes(2);
        Assert.That(_ids.TryGet(_now, Bob, Inner, out _, out ask), Is.False);
        Assert.That(ask, Is.True);
        Assert.That(_ids.TryGet(_now, Bob, new ConnectionId(11), out _, out _), Is.True);
        Assert.That(_ids.Count, Is.EqualTo(2));
    }

    private void Bind(ForwardingIds ids, AgentId peer, ConnectionId inner)
    {
        ids.TryGet(_now, peer, inner, out _, out _);
        Assert.That(ids.OnForwarded(_now, peer, inner, Issued), Is.True);
    }
}
