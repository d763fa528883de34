using System.Net.Sockets;
using System.Net;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Unit.Testing;

/// <summary>The seam's contract, as the simulated network keeps it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SimulatedSocketTests : IDisposable
{
    private static readonly IPEndPoint s_any = new(IPAddress.IPv6Any, 0);

    private readonly SimulatedNetwork _world;
    private readonly SimulatedHost _host;
    private readonly IDatagramSocket _socket;
    private readonly Ear _peer;
    private readonly DatagramBatch _batch;

    public SimulatedSocketTests()
    {
        _world = new SimulatedNetwork(seed: 2);
        _host = _world.AddHost(name: "alice");
        _socket = _host.Network.Bind(s_any);
        _peer = new Ear(_world.AddHost());
        _batch = new DatagramBatch();
    }

    public void Dispose() => _world.Dispose();

    [Test]
    public void Datagrams_of_one_instant_come_in_one_batch()
    {
        for (int i = 0; i < 5; i++)
        {
            _peer.Send(SocketEndPoint, 100 + i);
        }

        bool received = _world.Run(() => _socket.ReceiveAsync(_batch, default).AsTask());

        Assert.That(received, Is.True);
        Assert.That(Enumerable.Range(0, _batch.Count).Select(i => _batch[i].Length), Is.EqualTo(new[] { 100, 101, 102, 103, 104 }));
        Assert.That(_batch.Source(0), Is.EqualTo(_peer.EndPoint));
        Assert.That(_world.ForeignPosts, Is.Zero);
    }

    [Test]
    public void What_came_before_the_receive_is_received_at_once()
    {
        _peer.Send(SocketEndPoint);
        _world.RunFor(TimeSpan.FromSeconds(1));

        ValueTask<bool> receive = _socket.ReceiveAsync(_batch, default);

        Assert.That(receive.IsCompletedSuccessfully && receive.Result, Is.True);
        Assert.That(_batch.Count, Is.EqualTo(1));
    }

    [Test]
    public void More_than_a_batch_holds_comes_in_the_next()
    {
        for (int i = 0; i < 40; i++)
        {
            _peer.Send(SocketEndPoint);
        }

        List<int> counts = [];
        _world.Run(async () =>
        {
            for (int left = 40; left > 0; left -= _batch.Count)
            {
                await _socket.ReceiveAsync(_batch, default);
                counts.Add(_batch.Count);
            }
        });

        Assert.That(counts, Is.EqualTo(new[] { 32, 8 }));
    }

    [Test]
    public void A_segmented_send_is_cut_and_the_last_may_be_shorter()
    {
        SocketError error = _socket.Send(new byte[2500], 1000, _peer.EndPoint);
        _world.RunFor(TimeSpan.FromSeconds(1));

        Assert.That(error, Is.EqualTo(SocketError.Success));
        Assert.That(_peer.Heard.Select(heard => heard.Payload.Length), Is.EqualTo(new[] { 1000, 1000, 500 }));
        Assert.That(_peer.LastSource, Is.EqualTo(SocketEndPoint));
    }

    [Test]
    public void Sends_fail_as_on_a_real_socket()
    {
        Assert.That(_socket.Send(new byte[1500], 1500, _peer.EndPoint), Is.EqualTo(SocketError.MessageSize));
        Assert.That(_socket.Send([1], 1, new IPEndPoint(IPAddress.IPv6Loopback, 9)), Is.EqualTo(SocketError.Success));
        Assert.That(
            _socket.Send([1], 1, new IPEndPoint(IPAddress.Parse("2001:db8::9"), 9)),
            Is.EqualTo(SocketError.NetworkUnreachable));
        Assert.That(() => _socket.Send([], 1, _peer.EndPoint), Throws.ArgumentException);
        Assert.That(() => _socket.Send([1], 0, _peer.EndPoint), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => _socket.Send([1], 1, new IPEndPoint(IPAddress.Loopback, 0)), Throws.ArgumentException);
    }

    [Test]
    public void An_IPv4_address_in_IPv6_form_is_the_same_address()
    {
        _socket.Send([1], 1, new IPEndPoint(_peer.EndPoint.Address.MapToIPv6(), _peer.EndPoint.Port));
        _world.RunFor(TimeSpan.FromSeconds(1));

        Assert.That(_peer.Heard, Has.Count.EqualTo(1));
    }

    [Test]
    public void Dispose_ends_a_waiting_receive_and_later_ones_and_sends()
    {
        bool received = _world.Run(async () =>
        {
            Task<bool> waiting = _socket.ReceiveAsync(_batch, default).AsTask();
            await Task.Delay(TimeSpan.FromMilliseconds(10), _world.Time);
            _socket.Dispose();
            _socket.Dispose();
            return await waiting || await _socket.ReceiveAsync(_batch, default);
        });

        Assert.That(received, Is.False);
        Assert.That(_socket.Send([1], 1, _peer.EndPoint), Is.EqualTo(SocketError.OperationAborted));
    }

    [Test]
    public void A_cancelled_receive_throws_and_the_socket_lives_on()
    {
        _world.Run(async () =>
        {
            using CancellationTokenSource source = new(TimeSpan.FromSeconds(1), _world.Time);
            try
            {
                await _socket.ReceiveAsync(_batch, source.Token);
                Assert.Fail("Nothing was sent.");
            }
            catch (OperationCanceledException e)
            {
                Assert.That(e.CancellationToken, Is.EqualTo(source.Token));
            }

            _peer.Send(SocketEndPoint);
            Assert.That(await _socket.ReceiveAsync(_batch, default), Is.True);
        });
    }

    [Test]
    public void A_taken_port_is_refused_with_its_own_error()
    {
        Assert.That(
            () => _host.Network.Bind(new IPEndPoint(IPAddress.Any, _socket.LocalEndPoint.Port)),
            Throws.TypeOf<AntsException>().With.Property(nameof(AntsException.Error)).EqualTo(AntsError.AddressInUse));
        Assert.That(
            () => _host.Network.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0)),
            Throws.TypeOf<AntsException>().With.Property(nameof(AntsException.Error)).EqualTo(AntsError.NetworkUnavailable));
    }

    [Test]
    public void A_buffer_that_nobody_reads_fills_and_drops()
    {
        for (int i = 0; i < 300; i++)
        {
            _peer.Send(SocketEndPoint, 1000);
        }

        _world.RunFor(TimeSpan.FromSeconds(1));

        Assert.That(_world.Counters.DroppedFor(DropReason.ReceiveBufferFull), Is.EqualTo(300 - 212));
    }

    [Test]
    public void Another_thread_may_send_and_the_world_sends_for_it()
    {
        Thread thread = new(() => _socket.Send(new byte[30], 10, _peer.EndPoint));
        thread.Start();
        thread.Join();
        _world.RunFor(TimeSpan.FromSeconds(1));

        Assert.That(_peer.Heard, Has.Count.EqualTo(3));
        Assert.That(_world.ForeignPosts, Is.EqualTo(1));
    }

    [Test]
    public void Addresses_and_entropy_are_the_hosts_own()
    {
        byte[] first = new byte[32];
        byte[] second = new byte[32];
        _host.Network.Entropy.Fill(first);
        _world.AddHost().Network.Entropy.Fill(second);

        Assert.That(_host.Network.LocalAddresses(), Is.EqualTo(_host.Addresses));
        Assert.That(first, Is.Not.EqualTo(second));
    }

    private IPEndPoint SocketEndPoint => new(_host.Addresses[0], _socket.LocalEndPoint.Port);
}
