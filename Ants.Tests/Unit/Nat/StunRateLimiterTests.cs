using System.Net;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

public sealed class StunRateLimiterTests
{
    private const int Burst = 100;
    private const int PerSecond = 20;
    private const int TotalBurst = 10_000;

    private static readonly IPAddress Source = IPAddress.Parse("198.51.100.7");

    [Test]
    public void A_source_gets_its_burst_and_then_its_rate()
    {
        StunRateLimiter limiter = new(seed: 1, TimeSpan.Zero);

        Assert.That(Taken(limiter, Source, 1000, TimeSpan.Zero), Is.EqualTo(Burst));
        Assert.That(Taken(limiter, Source, 1000, TimeSpan.FromSeconds(1)), Is.EqualTo(PerSecond));
        Assert.That(Taken(limiter, Source, 1000, TimeSpan.FromHours(1)), Is.EqualTo(Burst));
    }

    [Test]
    public void Sources_do_not_use_up_each_others_tokens()
    {
        StunRateLimiter limiter = new(seed: 1, TimeSpan.Zero);
        Taken(limiter, Source, 1000, TimeSpan.Zero);

        Assert.That(limiter.TryTake(IPAddress.Parse("198.51.100.8"), TimeSpan.Zero));
        Assert.That(limiter.TryTake(IPAddress.Parse("2001:db8::7"), TimeSpan.Zero));
    }

    [TestCase("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true, TestName = "Two addresses of one 64-bit prefix are one source")]
    [TestCase("2001:db8:0:1::1", "2001:db8:0:2::1", false, TestName = "Two 64-bit prefixes are two sources")]
    [TestCase("198.51.100.7", "::ffff:198.51.100.7", true, TestName = "An IPv4-mapped address is its IPv4 address")]
    [TestCase("0.0.0.1", "::1", false, TestName = "An IPv4 address is not the IPv6 prefix of the same bits")]
    public void Sources_are_told_apart_by_prefix(string first, string second, bool same)
    {
        StunRateLimiter limiter = new(seed: 1, TimeSpan.Zero);
        Taken(limiter, IPAddress.Parse(first), Burst, TimeSpan.Zero);
        Assert.That(limiter.TryTake(IPAddress.Parse(second), TimeSpan.Zero), Is.EqualTo(!same));
    }

    [Test]
    public void Forged_sources_without_end_meet_the_total_and_take_no_memory()
    {
        StunRateLimiter limiter = new(seed: 1, TimeSpan.Zero, capacity: 64);
        int answered = 0;
        long before = 0;
        for (uint i = 0; i < 200_000; i++)
        {
            before = i == 1000 ? GC.GetAllocatedBytesForCurrentThread() : before;
            answered += limiter.TryTake(new IPAddress(i * 2_654_435_761), TimeSpan.Zero) ? 1 : 0;
        }

        // What is allocated is the addresses made above, 40 to 100 bytes each.
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(200_000 * 100));
        Assert.That(answered, Is.EqualTo(TotalBurst));
        Assert.That(limiter.Capacity, Is.EqualTo(64));
    }

    [Test]
    public void A_steady_source_keeps_its_count_while_others_come_and_go()
    {
        StunRateLimiter limiter = new(seed: 1, TimeSpan.Zero, capacity: 64);
        int answered = 0;
        TimeSpan now = TimeSpan.Zero;
        for (uint i = 0; i < 4000; i++)
        {
            now += TimeSpan.FromMilliseconds(1);
            answered += limiter.TryTake(Source, now) ? 1 : 0;
            limiter.TryTake(new IPAddress(0x0A000000 + i), now);
        }

        // The newest of eight is displaced last: the flooding source does not shake off its empty bucket.
        Assert.That(answered, Is.InRange(Burst + (4 * PerSecond) - 2, Burst + (4 * PerSecond) + 1));
    }

    [Test]
    public void Time_that_runs_backwards_gives_nothing_and_breaks_nothing()
    {
        StunRateLimiter limiter = new(seed: 1, TimeSpan.FromSeconds(10));
        Taken(limiter, Source, Burst, TimeSpan.FromSeconds(10));

        Assert.That(limiter.TryTake(Source, TimeSpan.FromSeconds(5)), Is.False);
        Assert.That(limiter.TryTake(Source, TimeSpan.FromSeconds(10)), Is.False);
        Assert.That(limiter.TryTake(Source, TimeSpan.FromSeconds(11)));
    }

    private static int Taken(StunRateLimiter limiter, IPAddress source, int requests, TimeSpan now) =>
        Enumerable.Range(0, requests).Count(_ => limiter.TryTake(source, now));
}
