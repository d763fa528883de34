using System.Net;
using Ants.Crypto;
using Ants.Protocol;
using Ants.Protocol.Handshake;
using NUnit.Framework;
using Known = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Unit.Protocol.Handshake;

public class HandshakeBudgetTests
{
    private static readonly Instant s_now = Instant.Zero + TimeSpan.FromHours(1);

    [Test]
    public void Unproven_sources_share_one_bucket_however_many_they_are()
    {
        HandshakeBudget budget = new(EntropySource.System);
        int i = 0;
        Assert.That(Count(() => budget.TryTake(s_now, Udp($"192.0.2.{++i % 250}", 1 + i), [], out _)), Is.EqualTo(250));
        Assert.That(budget.TryTake(s_now, Udp("198.51.100.1"), [], out bool wantsCookie), Is.False);
        Assert.That(wantsCookie, Is.True);
        i = 0;
        Assert.That(Count(() => budget.TryTake(s_now + TimeSpan.FromSeconds(1), Udp("192.0.2.1", ++i), [], out _)), Is.EqualTo(50), "a second later");
    }

    [Test]
    public void A_proven_source_has_a_share_of_its_own_and_the_others_theirs()
    {
        HandshakeBudget budget = new(EntropySource.System);
        Assert.That(CountProven(budget, Udp("192.0.2.1")), Is.EqualTo(100));
        Assert.That(CountProven(budget, Udp("192.0.2.1", 9)), Is.Zero, "the same host");
        Assert.That(CountProven(budget, Udp("192.0.2.2")), Is.EqualTo(100));
        Assert.That(CountProven(budget, Udp("192.0.2.3")), Is.EqualTo(50), "what is left for all of them");
        Assert.That(budget.TryTake(s_now, Udp("192.0.2.4"), [], out _), Is.True, "the unproven have their own");
    }

    [Test]
    public void The_addresses_of_an_IPv6_subscriber_are_one_source()
    {
        HandshakeBudget budget = new(EntropySource.System);
        Assert.That(CountProven(budget, Udp("2001:db8:1:2::1")), Is.EqualTo(100));
        Assert.That(CountProven(budget, Udp("2001:db8:1:2:ffff::9")), Is.Zero);
        Assert.That(CountProven(budget, Udp("2001:db8:1:3::1")), Is.EqualTo(100));
    }

    [Test]
    public void Who_comes_through_a_relay_needs_no_cookie_and_shares_with_all_who_come_through_it()
    {
        HandshakeBudget budget = new(EntropySource.System);
        int i = 0;
        Assert.That(Count(() => budget.TryTake(s_now, CarrierAddress.Relayed(1, Known.Numbered(++i)), [], out _)), Is.EqualTo(100));
        Assert.That(budget.TryTake(s_now, CarrierAddress.Relayed(1, Known.Numbered(0)), [], out bool wantsCookie), Is.False);
        Assert.That(wantsCookie, Is.False, "it would not help");
        Assert.That(budget.TryTake(s_now, CarrierAddress.Relayed(2, Known.Numbered(0)), [], out _), Is.True, "another relay");
    }

    [Test]
    public void A_cookie_proves_one_address_and_port_and_only_whole()
    {
        Cookies cookies = new(EntropySource.System);
        byte[] cookie = new byte[Cookies.Size], again = new byte[Cookies.Size];
        cookies.Write(s_now, Udp("192.0.2.1", 7), cookie);
        cookies.Write(s_now, Udp("192.0.2.1", 7), again);
        Assert.That(again, Is.EqualTo(cookie), "nothing is remembered, nothing drawn");
        Assert.That(cookies.IsValid(s_now, Udp("192.0.2.1", 7), cookie), Is.True);
        Assert.That(cookies.IsValid(s_now, Udp("192.0.2.1", 8), cookie), Is.False);
        Assert.That(cookies.IsValid(s_now, Udp("192.0.2.2", 7), cookie), Is.False);
        Assert.That(cookies.IsValid(s_now, Udp("192.0.2.1", 7), cookie.AsSpan(1)), Is.False);
        Assert.That(cookies.IsValid(s_now, Udp("192.0.2.1", 7), []), Is.False);
        Assert.That(new Cookies(EntropySource.System).IsValid(s_now, Udp("192.0.2.1", 7), cookie), Is.False, "another process's");
    }

    [TestCase(0, true)]
    [TestCase(119, true)]
    [TestCase(239, true)]
    [TestCase(240, false)]
    [TestCase(1000, false)]
    public void A_cookie_is_good_in_its_epoch_and_the_next(double seconds, bool good)
    {
        Cookies cookies = new(EntropySource.System);
        byte[] cookie = new byte[Cookies.Size];
        cookies.Write(Instant.Zero, Udp("192.0.2.1"), cookie);
        Assert.That(cookies.IsValid(Instant.Zero + TimeSpan.FromSeconds(seconds), Udp("192.0.2.1"), cookie), Is.EqualTo(good));
    }

    private static int CountProven(HandshakeBudget budget, CarrierAddress from)
    {
        byte[] cookie = new byte[Cookies.Size];
        budget.WriteCookie(s_now, from, cookie);
        return Count(() => budget.TryTake(s_now, from, cookie, out _));
    }

    private static int Count(Func<bool> tryTake)
    {
        int count = 0;
        while (count < 1000 && tryTake())
        {
            count++;
        }

        return count;
    }

    private static CarrierAddress Udp(string address, int port = 1) => CarrierAddress.Udp(new IPEndPoint(IPAddress.Parse(address), port));
}
