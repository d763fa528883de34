using Ants.Protocol;
using Ants.Protocol.Paths;
using Ants.Protocol.Wire;
using Ants.Tests.Simulation;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Paths;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class ProbePathTests
{
    private readonly ProbePath _path = new(default, default);

    [Test]
    public void A_challenge_goes_to_its_target_and_its_answer_tells_the_round_trip()
    {
        _path.Challenge(Target(1), token: 7);
        byte[] written = Write(At(10), out CarrierAddress to);
        Assert.That(to, Is.EqualTo(Target(1)));
        Assert.That(written, Is.EqualTo((byte[])[0x0C, 0, 0, 0, 0, 0, 0, 0, 7]));
        Assert.That(_path.TryComplete(At(25), 7, out CarrierAddress target, out TimeSpan roundTrip), Is.True);
        Assert.That((target, roundTrip), Is.EqualTo((Target(1), TimeSpan.FromMilliseconds(15))));
        Assert.That(_path.TryComplete(At(26), 7, out _, out _), Is.False);
    }

    [Test]
    public void An_answer_takes_a_challenge_of_our_own_along()
    {
        _path.Respond(Target(1), token: 5, challenge: 6);
        byte[] written = Write(At(0), out _);
        WireReader reader = new(written);
        Assert.That(reader.TryReadVarInt(out ulong type) ? (FrameType)type : default, Is.EqualTo(FrameType.PathResponse));
        Assert.That(PathResponseFrame.TryRead(ref reader, out PathResponseFrame response), Is.True);
        Assert.That((response.Token, response.Observed), Is.EqualTo((5UL, Target(1).EndPoint)));
        Assert.That(reader.TryReadVarInt(out type) ? (FrameType)type : default, Is.EqualTo(FrameType.PathChallenge));
        Assert.That(_path.TryComplete(At(1), 6, out _, out _), Is.True);
    }

    [Test]
    public void A_flood_of_challenges_waits_in_bounded_room()
    {
        for (ulong i = 0; i < 1000; i++)
        {
            _path.Respond(Target(1), i, challenge: null);
        }

        int written = 0;
        while (_path.HasPending)
        {
            Write(At(0), out _);
            written++;
        }

        Assert.That(written, Is.EqualTo(64));
    }

    [Test]
    public void Of_many_challenges_the_last_256_are_remembered()
    {
        for (ulong i = 1; i <= 300; i++)
        {
            _path.Challenge(Target((int)i), i);
            Write(At(i), out _);
        }

        Assert.That(_path.TryComplete(At(400), 44, out _, out _), Is.False);
        Assert.That(_path.TryComplete(At(400), 45, out CarrierAddress target, out _), Is.True);
        Assert.That(target, Is.EqualTo(Target(45)));
    }

    [Test]
    public void Any_probe_fits_its_fixed_length()
    {
        CarrierAddress longest = EndpointPair.Udp("2001:db8::1", 65535);
        _path.Respond(longest, ulong.MaxValue, ulong.MaxValue);

        // A header with its four-byte number takes 13, the longest tag 32.
        Assert.That(Write(At(0), out _), Has.Length.LessThanOrEqualTo(ProbePath.PacketLength - 13 - 32));
    }

    private static Instant At(double ms) => Instant.Zero + TimeSpan.FromMilliseconds(ms);

    private static CarrierAddress Target(int port) => EndpointPair.Udp("192.0.2.1", port);

    private byte[] Write(Instant now, out CarrierAddress to)
    {
        WireWriter writer = new(new byte[ProbePath.PacketLength]);
        Assert.That(_path.TryWrite(now, ref writer, out to), Is.True);
        return writer.Span.ToArray();
    }
}
