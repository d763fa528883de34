using System.Buffers.Binary;
using Ants.Protocol;
using Ants.Relay.Forwarding;
using NUnit.Framework;

namespace Ants.Tests.Unit.Relay;

public sealed class MissedPeersTests
{
    private static readonly Instant Start = new(TimeSpan.FromHours(1).Ticks);

    [Test]
    public void Those_who_asked_are_given_once()
    {
        MissedPeers missed = new();
        missed.Note(Start, Id(1), Id(10));
        missed.Note(Start, Id(1), Id(11));
        missed.Note(Start, Id(1), Id(10));
        missed.Note(Start, Id(2), Id(10));
        Assert.That(missed.Take(Start, Id(1)), Is.EquivalentTo(new[] { Id(10), Id(11) }));
        Assert.That(missed.Take(Start, Id(1)), Is.Empty);
        Assert.That(missed.Count, Is.EqualTo(1));
    }

    [Test]
    public void Who_asked_too_long_ago_is_forgotten_and_asking_again_renews()
    {
        MissedPeers missed = new();
        missed.Note(Start, Id(1), Id(10));
        missed.Note(Start, Id(1), Id(11));
        missed.Note(Start + TimeSpan.FromMinutes(4), Id(1), Id(11));
        Assert.That(missed.Take(Start + TimeSpan.FromMinutes(6), Id(1)), Is.EqualTo(new[] { Id(11) }));
    }

    [Test]
    public void One_asker_and_one_absentee_take_a_bounded_share()
    {
        MissedPeers missed = new();
        for (int i = 1; i <= 1000; i++)
        {
            missed.Note(Start, Id(i), Id(100_000));
            missed.Note(Start, Id(200_000), Id(100_000 + i));
        }

        Assert.That(missed.Count, Is.EqualTo(MissedPeers.MaxPerAsker + MissedPeers.MaxPerWanted));
        Assert.That(missed.Take(Start, Id(200_000)), Has.Count.EqualTo(MissedPeers.MaxPerWanted));
    }

    [Test]
    public void When_the_memory_is_full_the_oldest_go()
    {
        MissedPeers missed = new(capacity: 100);
        for (int i = 1; i <= 250; i++)
        {
            missed.Note(Start, Id(i), Id(1000 + i));
        }

        Assert.That(missed.Count, Is.EqualTo(100));
        Assert.That(missed.Take(Start, Id(150)), Is.Empty);
        Assert.That(missed.Take(Start, Id(151)), Is.Not.Empty);
    }

    [Test]
    public void Coming_and_going_for_ever_takes_no_more_memory()
    {
        MissedPeers missed = new(capacity: 10);
        for (int i = 1; i <= 10_000; i++)
        {
            missed.Note(Start, Id(1), Id(2));
            missed.Take(Start, Id(1));
        }

        missed.Note(Start, Id(3), Id(4));
        Assert.That(missed.Count, Is.EqualTo(1));
        Assert.That(missed.Take(Start, Id(3)), Is.Not.Empty);
    }

    private static AgentId Id(int number)
    {
        byte[] bytes = new byte[AgentId.Size];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return AgentId.FromUncheckedBytes(bytes);
    }
}
