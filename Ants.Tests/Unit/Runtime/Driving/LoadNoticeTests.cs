using Ants.Driving;
using Ants.Protocol;
using Ants.Protocol.Endpoints;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime.Driving;

public sealed class LoadNoticeTests
{
    [Test]
    public void A_flood_is_said_at_once_and_then_once_a_minute_as_long_as_it_lasts()
    {
        EndpointCounters counters = new();
        Notes notes = new();
        LoadNotice notice = new(counters, notes);
        notice.Look(At(0));
        for (int second = 1; second <= 150; second++)
        {
            counters.HandshakesTurnedAway += 1000;
            counters.CookiesSent += 700;
            notice.Look(At(second));
        }

        notice.Look(At(300));
        notice.Look(At(400));
        Assert.That(notes.Said, Is.EqualTo(new[]
        {
            Text(1_000, 700), Text(60_000, 42_000), Text(60_000, 42_000), Text(29_000, 20_300),
        }));

        static Instant At(double seconds) => Instant.Zero + TimeSpan.FromSeconds(seconds);
        static string Text(int turnedAway, int cookies) =>
            $"Warning: More handshakes come than are read: {turnedAway} datagrams of them were turned away since this was said last, {cookies} with a cookie to come again with";
    }
}
