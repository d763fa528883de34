using Ants.Protocol;
using Ants.Protocol.Recovery;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Recovery;

/// <summary>The search for the packet size of a path (RFC 8899), against links of all sizes.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PathMtuTests
{
    private const int Base = 1200;

    private readonly PathMtu _mtu = new(Base);
    private Instant _now = Instant.Zero + TimeSpan.FromSeconds(1);

    [TestCase(1200, ExpectedResult = 1200)]
    [TestCase(1251, ExpectedResult = 1232)]
    [TestCase(1372, ExpectedResult = 1372)]
    [TestCase(1460, ExpectedResult = 1452)]
    [TestCase(1472, ExpectedResult = 1472)]
    [TestCase(4500, ExpectedResult = 4048)]
    [TestCase(8972, ExpectedResult = 8972)]
    public int The_largest_size_that_passes_is_found(int link)
    {
        Search(link);
        return _mtu.Current;
    }

    [Test]
    public void Ethernet_is_tried_first()
    {
        Assert.That(_mtu.TryGetProbe(_now, out int size), Is.True);
        Assert.That(size, Is.EqualTo(1472));
    }

    [Test]
    public void A_carrier_that_takes_all_sizes_has_the_largest_and_its_losses_are_no_black_hole()
    {
        PathMtu mtu = new(Base, PathMtu.Largest, isCertain: true);
        Assert.That(mtu.TryGetProbe(_now + TimeSpan.FromHours(1), out _), Is.False);
        for (int i = 0; i < 10; i++)
        {
            _now += TimeSpan.FromMilliseconds(1);
            mtu.OnLost(_now, new SentPacket { Size = PathMtu.Largest });
        }

        mtu.Reset();
        Assert.That(mtu.Current, Is.EqualTo(PathMtu.Largest));
        Assert.That(mtu.Base, Is.EqualTo(Base));
    }

    [TestCase(1460)]
    [TestCase(8972)]
    public void Who_asks_is_told_when_the_search_is_over(int link)
    {
        Assert.That(_mtu.IsAsked, Is.False);
        _mtu.Ask();
        Assert.That(_mtu.IsAsked, Is.True);
        Search(link);
        Assert.That(_mtu.IsAsked, Is.False);
        _mtu.Ask();
        Assert.That(_mtu.IsAsked, Is.False, "nothing is left to be found out");
    }

    [Test]
    public void One_probe_is_on_its_way_at_a_time()
    {
        Assert.That(_mtu.TryGetProbe(_now, out int size), Is.True);
        _mtu.OnProbeSent(size);
        Assert.That(_mtu.TryGetProbe(_now, out _), Is.False);
    }

    [Test]
    public void A_size_is_given_up_after_three_losses()
    {
        int tries = 0;
        while (_mtu.TryGetProbe(_now, out int size) && size == 1472)
        {
            tries++;
            _mtu.OnProbeSent(size);
            _mtu.OnLost(_now, Probe(size));
        }

        Assert.That(tries, Is.EqualTo(3));
    }

    [Test]
    public void A_search_ends_and_begins_again_after_ten_minutes()
    {
        Search(1472);
        Assert.That(_mtu.TryGetProbe(_now, out _), Is.False);

        _now += TimeSpan.FromMinutes(10);
        Search(8972);
        Assert.That(_mtu.Current, Is.EqualTo(8972));
    }

    [Test]
    public void A_path_that_carries_large_packets_no_more_goes_back_to_the_size_that_all_carry()
    {
        Search(1472);
        Lose(1472, 1000);
        Lose(1472, 1);
        Assert.That(_mtu.Current, Is.EqualTo(1472), "what is lost at one time may be a full queue's");
        Lose(1472, 1);
        Assert.Multiple(() =>
        {
            Assert.That(_mtu.Current, Is.EqualTo(Base));
            Assert.That(_mtu.TryGetProbe(_now, out _), Is.False, "not tried again at once");
        });

        _now += TimeSpan.FromMinutes(10);
        Search(1472);
        Assert.That(_mtu.Current, Is.EqualTo(1472));
    }

    [Test]
    public void Losses_among_which_large_packets_arrive_are_congestion()
    {
        Search(1472);
        for (int i = 0; i < 100; i++)
        {
            Lose(1472, 50);
            Lose(1472, 50);
            _mtu.OnAcked(_now, new SentPacket { Size = 1472 });
        }

        Assert.That(_mtu.Current, Is.EqualTo(1472));
    }

    [Test]
    public void Losses_of_small_packets_say_nothing()
    {
        Search(1472);
        Lose(Base, 100);
        Assert.That(_mtu.Current, Is.EqualTo(1472));
    }

    [Test]
    public void A_new_address_is_searched_anew()
    {
        Search(1472);
        _mtu.Reset();
        Assert.Multiple(() =>
        {
            Assert.That(_mtu.Current, Is.EqualTo(Base));
            Assert.That(_mtu.TryGetProbe(_now, out _), Is.True);
        });
    }

    [Test]
    public void A_fixed_size_stays()
    {
        PathMtu mtu = new(1100, limit: 1100);
        Assert.That(mtu.TryGetProbe(_now + TimeSpan.FromHours(1), out _), Is.False);
    }

    [Test]
    public void A_carrier_that_takes_more_is_searched_up_to_what_it_takes()
    {
        PathMtu mtu = new(1100, limit: 1100);
        mtu.Allow(1400);
        Search(mtu, 1500);
        Assert.That(mtu.Current, Is.EqualTo(1392));
        mtu.Allow(PathMtu.Largest);
        Search(mtu, 1500);
        Assert.That(mtu.Current, Is.EqualTo(1472));
    }

    [Test]
    public void A_carrier_that_takes_less_is_obeyed_at_once_and_never_below_the_base()
    {
        PathMtu mtu = new(1100);
        Search(mtu, 1472);
        mtu.Allow(1117);
        Assert.That(mtu.Current, Is.EqualTo(1117));
        Assert.That(mtu.TryGetProbe(_now + TimeSpan.FromHours(1), out _), Is.False);
        mtu.Allow(10);
        Assert.That(mtu.Current, Is.EqualTo(1100));
    }

    private static SentPacket Probe(int size) => new() { Size = size, IsMtuProbe = true };

    private void Search(int link) => Search(_mtu, link);

    private void Search(PathMtu mtu, int link)
    {
        // Fourteen sizes, three tries each, are the most that a search can take.
        for (int i = 0; i < 42 && mtu.TryGetProbe(_now, out int size); i++)
        {
            mtu.OnProbeSent(size);
            if (size <= link)
            {
                mtu.OnAcked(_now, Probe(size));
            }
            else
            {
                mtu.OnLost(_now, Probe(size));
            }
        }
    }

    private void Lose(int size, int count)
    {
        _now += TimeSpan.FromMilliseconds(10);
        for (int i = 0; i < count; i++)
        {
            _mtu.OnLost(_now, new SentPacket { Size = size });
        }
    }
}
