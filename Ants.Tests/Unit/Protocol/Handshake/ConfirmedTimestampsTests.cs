using Ants.Protocol;
using Ants.Protocol.Handshake;
using NUnit.Framework;
using Known = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Unit.Protocol.Handshake;

public class ConfirmedTimestampsTests
{
    private static readonly AgentId s_peer = Known.Numbered(1), s_other = Known.Numbered(2);

    [Test]
    public void Only_what_is_newer_than_the_last_confirmed_is_news()
    {
        ConfirmedTimestamps confirmed = new();
        Assert.That(confirmed.IsNews(Instant.Zero, s_peer, 0), Is.True, "nothing is known yet");
        confirmed.Confirm(Instant.Zero, s_peer, 100);
        foreach ((ulong timestamp, bool news) in ((ulong, bool)[])[(99, false), (100, false), (101, true)])
        {
            Assert.That(confirmed.IsNews(Instant.Zero, s_peer, timestamp), Is.EqualTo(news), $"{timestamp}");
        }

        Assert.That(confirmed.IsNews(Instant.Zero, s_other, 5), Is.True, "another peer");
    }

    [Test]
    public void An_older_one_that_is_confirmed_late_does_not_let_replays_in()
    {
        ConfirmedTimestamps confirmed = new();
        confirmed.Confirm(Instant.Zero, s_peer, 100);
        confirmed.Confirm(Instant.Zero, s_peer, 50);
        Assert.That(confirmed.IsNews(Instant.Zero, s_peer, 100), Is.False);
    }

    [Test]
    public void A_peer_is_forgotten_after_an_hour_without_a_handshake()
    {
        ConfirmedTimestamps confirmed = new();
        confirmed.Confirm(Instant.Zero, s_peer, 100);
        Instant later = Instant.Zero + TimeSpan.FromMinutes(50);
        confirmed.Confirm(later, s_other, 100);
        Assert.That(confirmed.IsNews(Instant.Zero + TimeSpan.FromHours(1), s_peer, 1), Is.False, "to the moment");
        Assert.That(confirmed.IsNews(Instant.Zero + TimeSpan.FromHours(1) + TimeSpan.FromTicks(1), s_peer, 1), Is.True);
        Assert.That(confirmed.IsNews(later + TimeSpan.FromHours(1), s_other, 1), Is.False);
    }

    [Test]
    public void Of_too_many_peers_the_one_that_was_confirmed_longest_ago_goes()
    {
        const int Capacity = 4096;
        ConfirmedTimestamps confirmed = new();
        for (int i = 0; i < Capacity; i++)
        {
            confirmed.Confirm(Instant.Zero, Known.Numbered(i), 100);
        }

        confirmed.Confirm(Instant.Zero, Known.Numbered(0), 101);
        confirmed.Confirm(Instant.Zero, Known.Numbered(Capacity), 100);
        Assert.That(confirmed.Count, Is.EqualTo(Capacity));
        Assert.That(confirmed.IsNews(Instant.Zero, Known.Numbered(0), 101), Is.False, "it was confirmed again");
        Assert.That(confirmed.IsNews(Instant.Zero, Known.Numbered(1), 100), Is.True);
        Assert.That(confirmed.IsNews(Instant.Zero, Known.Numbered(2), 100), Is.False);
    }
}
