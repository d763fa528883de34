using System.Net.Sockets;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Testing;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LinkTests : IDisposable
{
    private readonly SimulatedNetwork _world;
    private readonly Ear _alice;
    private readonly Ear _bob;

    public LinkTests()
    {
        _world = new SimulatedNetwork(seed: 11);
        _alice = new Ear(_world.AddHost(name: "alice"));
        _bob = new Ear(_world.AddHost(name: "bob"));
    }

    public void Dispose() => _world.Dispose();

    [Test]
    public void Delays_of_uplink_network_and_downlink_add_up_exactly()
    {
        _world.Delay = TimeSpan.FromMilliseconds(30);
        _world.Hosts[0].Uplink = new LinkConditions { Delay = TimeSpan.FromMilliseconds(5) };
        _world.Hosts[1].Downlink = new LinkConditions { Delay = TimeSpan.FromMilliseconds(7) };

        _alice.Send(_bob.EndPoint);
        _bob.Send(_alice.EndPoint);
        _world.RunFor(TimeSpan.FromSeconds(1));

        Assert.That(_bob.Heard[0].At, Is.EqualTo(42));
        Assert.That(_alice.Heard[0].At, Is.EqualTo(30));
        Assert.That(_world.Now.Ticks, Is.EqualTo(TimeSpan.TicksPerSecond));
    }

    [Test]
    public void A_path_of_its_own_overrides_the_network_until_taken_back()
    {
        _world.SetPath(_world.Hosts[0], _world.Hosts[1], new LinkConditions { Delay = TimeSpan.FromMilliseconds(3) });
        _alice.Send(_bob.EndPoint);
        _world.RunFor(TimeSpan.FromMilliseconds(100));
        _world.SetPath(_world.Hosts[0], _world.Hosts[1], null);
        _alice.Send(_bob.EndPoint);
        _world.RunFor(TimeSpan.FromMilliseconds(100));

        Assert.That(_bob.Heard.Select(heard => heard.At), Is.EqualTo(new[] { 3.0, 110.0 }));
    }

    [Test]
    public void Jitter_spreads_arrivals_and_keeps_their_order()
    {
        _world.Jitter = TimeSpan.FromMilliseconds(10);
        SendNumbered(1000, TimeSpan.FromMilliseconds(1));

        Assert.That(Numbers(), Is.Ordered);
        Assert.That(_bob.Heard.Select((heard, i) => heard.At - i), Has.All.InRange(10, 20));
        Assert.That(_bob.Heard.Select((heard, i) => heard.At - i).Average(), Is.InRange(15, 20));
    }

    [Test]
    public void The_share_lost_is_the_share_asked_for()
    {
        _world.Loss = 0.05;
        SendNumbered(20_000, TimeSpan.FromMilliseconds(1));

        // 1,000 expected, with a standard deviation of 31.
        Assert.That(_world.Counters.DroppedFor(DropReason.Loss), Is.InRange(850, 1150));
        Assert.That(_bob.Heard, Has.Count.EqualTo(20_000 - _world.Counters.Dropped));
    }

    [Test]
    public void Duplicates_arrive_twice_and_are_counted()
    {
        _world.Duplication = 0.1;
        SendNumbered(1000, TimeSpan.FromMilliseconds(1));

        Assert.That(_world.Counters.Duplicated, Is.InRange(60, 140));
        Assert.That(_bob.Heard, Has.Count.EqualTo(1000 + _world.Counters.Duplicated));
        Assert.That(Numbers().Distinct().Count(), Is.EqualTo(1000));
    }

    [Test]
    public void Reordering_lets_later_datagrams_overtake()
    {
        _world.Reordering = 0.1;
        SendNumbered(1000, TimeSpan.FromMilliseconds(1));

        Assert.That(Numbers(), Is.Not.Ordered);
        Assert.That(Numbers(), Is.EquivalentTo(Enumerable.Range(0, 1000)));
    }

    [Test]
    public void Corruption_flips_one_to_three_bits_of_the_share_asked_for()
    {
        _world.Corruption = 0.2;
        for (int i = 0; i < 1000; i++)
        {
            _alice.Send(_bob.EndPoint, length: 50);
        }

        _world.RunFor(TimeSpan.FromSeconds(1));
        int[] flips = [.. _bob.Heard.Select(heard => heard.Payload.Sum(b => int.PopCount(b)))];

        Assert.That(flips, Has.Length.EqualTo(1000).And.All.InRange(0, 3));
        Assert.That(flips.Count(flipped => flipped > 0), Is.InRange(140, 260));
    }

    [Test]
    public void A_bandwidth_is_exact_over_many_datagrams()
    {
        // 1,000 bytes of payload are 1,028 on the link: at 1 Mbit/s 8.224 ms each.
        _world.Hosts[0].Uplink = new LinkConditions { Bandwidth = 1_000_000, QueueBytes = 1_000_000 };
        for (int i = 0; i < 100; i++)
        {
            _alice.Send(_bob.EndPoint, length: 1000);
        }

        _world.RunFor(TimeSpan.FromSeconds(10));

        Assert.That(_bob.Heard[0].At, Is.EqualTo(10 + 8.224).Within(0.001));
        Assert.That(_bob.Heard[99].At, Is.EqualTo(10 + 822.4).Within(0.001));
    }

    [Test]
    public void A_full_queue_drops_what_comes_and_empties_with_time()
    {
        _world.Hosts[1].Downlink = new LinkConditions { Bandwidth = 1_000_000, QueueBytes = 10 * 1028 };
        for (int i = 0; i < 50; i++)
        {
            _alice.Send(_bob.EndPoint, length: 1000);
        }

        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.That(_bob.Heard, Has.Count.EqualTo(10));
        Assert.That(_world.Counters.DroppedFor(DropReason.QueueFull), Is.EqualTo(40));

        _alice.Send(_bob.EndPoint, length: 1000);
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.That(_bob.Heard, Has.Count.EqualTo(11));
    }

    [Test]
    public void The_own_links_MTU_refuses_and_that_of_others_drops_in_silence()
    {
        _world.Hosts[1].Downlink = new LinkConditions { Mtu = 1400 };

        Assert.That(_alice.Send(_bob.EndPoint, 1473), Is.EqualTo(SocketError.MessageSize));
        Assert.That(_alice.Send(_bob.EndPoint, 1472), Is.EqualTo(SocketError.Success));
        Assert.That(_alice.Send(_bob.EndPoint, 1372), Is.EqualTo(SocketError.Success));
        _world.RunFor(TimeSpan.FromSeconds(1));

        Assert.That(_bob.Heard.Single().Payload, Has.Length.EqualTo(1372));
        Assert.That(_world.Counters.DroppedFor(DropReason.TooBig), Is.EqualTo(1));
    }

    private void SendNumbered(int count, TimeSpan interval)
    {
        SimulatedPort port = _world.Hosts[0].Bind(0, (_, _, _) => { });
        for (int i = 0; i < count; i++)
        {
            port.Send(BitConverter.GetBytes(i), _bob.EndPoint);
            _world.RunFor(interval);
        }

        _world.RunFor(TimeSpan.FromSeconds(1));
    }

    private IEnumerable<int> Numbers() => _bob.Heard.Select(heard => BitConverter.ToInt32(heard.Payload));
}
