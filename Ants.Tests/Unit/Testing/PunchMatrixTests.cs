using System.Net;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Testing;

/// <summary>Which pairs of NATs can be punched with nothing but their mappings towards a server, as the field knows it.</summary>
public sealed class PunchMatrixTests
{
    private static readonly NatKind[] s_kinds =
        [NatKind.Open, NatKind.FullCone, NatKind.AddressRestricted, NatKind.PortRestricted, NatKind.Symmetric];

    [Test]
    public void Hole_punching_succeeds_for_the_pairs_that_the_field_knows(
        [ValueSource(nameof(s_kinds))] NatKind first,
        [ValueSource(nameof(s_kinds))] NatKind second)
    {
        using SimulatedNetwork world = new(seed: 3);
        (SimulatedHost aliceHost, SimulatedHost bobHost) = world.AddPair(first, second);
        Ear server = new(world.AddHost());
        Ear alice = new(aliceHost);
        Ear bob = new(bobHost);
        Assert.That(alice.Reaches(server, server.EndPoint), Is.True);
        IPEndPoint aliceSeen = server.LastSource;
        Assert.That(bob.Reaches(server, server.EndPoint), Is.True);
        IPEndPoint bobSeen = server.LastSource;

        // Each sends to where the other was seen, then to where it heard it from, as every punching agent does.
        for (int round = 0; round < 3; round++)
        {
            alice.Send(alice.Heard.Count > 0 ? alice.LastSource : bobSeen);
            bob.Send(bob.Heard.Count > 0 ? bob.LastSource : aliceSeen);
            world.RunFor(TimeSpan.FromMilliseconds(100));
        }

        // A symmetric NAT's port for the peer is unknown beforehand, so the peer must let in any port of its address.
        bool IsPunchable(NatKind one, NatKind other) =>
            one != NatKind.Symmetric || (other != NatKind.Symmetric && other != NatKind.PortRestricted);
        bool expected = IsPunchable(first, second) && IsPunchable(second, first);
        Assert.That(alice.Heard.Count > 0 && bob.Heard.Count > 0, Is.EqualTo(expected));
    }
}
