using Ants.Protocol;
using Ants.Protocol.Streams;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Streams;

[TestFixture]
internal sealed class FlowWindowTests
{
    private static readonly TimeSpan Rtt = TimeSpan.FromMilliseconds(100);

    [Test]
    public void The_limit_is_raised_once_a_quarter_of_the_window_is_released()
    {
        var window = new FlowWindow(1000, 1000);
        window.Receive(1000);
        window.Release(249);
        Assert.That((window.Limit, window.Announcement.IsPending), Is.EqualTo((1000UL, false)));
        window.Release(1);
        Assert.That((window.Limit, window.Announcement.IsPending), Is.EqualTo((1250UL, true)));
    }

    [Test]
    public void A_peer_is_at_ease_while_it_may_send_half_a_window()
    {
        var window = new FlowWindow(1000, 1000);
        window.Receive(500);
        Assert.That(window.IsPeerAtEase, Is.True);
        window.Receive(1);
        Assert.That(window.IsPeerAtEase, Is.False);
        window.Release(300);
        Assert.That(window.IsPeerAtEase, Is.True, "The limit is 1,300.");
    }

    [Test]
    public void What_is_held_never_exceeds_the_window()
    {
        var window = new FlowWindow(1000, 1000);
        for (int i = 0; i < 100; i++)
        {
            ulong most = window.Limit - window.Received;
            Assert.That((window.Allows(most), window.Allows(most + 1)), Is.EqualTo((true, false)));
            window.Receive(most);
            Assert.That(window.Received - window.Released, Is.LessThanOrEqualTo(window.Size));
            window.Release((ulong)(i * 7919 % (int)(window.Received - window.Released + 1)));
        }
    }

    [Test]
    public void A_window_grows_while_it_is_read_in_less_than_two_round_trips_and_stops_at_its_cap()
    {
        var window = new FlowWindow(1000, 5000);
        ReadWindows(window, 20, Rtt);
        Assert.That(window.Size, Is.EqualTo(5000));
    }

    [Test]
    public void A_window_that_takes_longer_than_two_round_trips_to_read_stays()
    {
        var window = new FlowWindow(1000, 5000);
        ReadWindows(window, 20, Rtt * 2.2);
        Assert.That(window.Size, Is.EqualTo(1000));
    }

    [Test]
    public void A_pause_does_not_count_as_a_fast_reader()
    {
        var window = new FlowWindow(1000, 5000);
        window.Receive(1000);
        window.Release(10, Instant.Zero, Rtt);
        window.Release(600, Instant.Zero + TimeSpan.FromHours(1), Rtt);
        Assert.That(window.Size, Is.EqualTo(1000));
    }

    [Test]
    public void The_limit_ends_where_offsets_end()
    {
        var window = new FlowWindow((1UL << 62) - 1000, 0);
        window.Receive(1UL << 61);
        window.Release(1UL << 61);
        Assert.That(window.Limit, Is.LessThan(1UL << 62));
    }

    /// <summary>Reads at an even pace of one window, as it then is, per <paramref name="period"/>.</summary>
    private static void ReadWindows(FlowWindow window, int count, TimeSpan period)
    {
        Instant now = Instant.Zero;
        for (int i = 0; i < count * 10; i++)
        {
            ulong bytes = window.Size / 10;
            Assert.That(window.Allows(bytes), Is.True);
            window.Receive(bytes);
            window.Release(bytes, now, Rtt);
            now += period / 10;
        }
    }
}
