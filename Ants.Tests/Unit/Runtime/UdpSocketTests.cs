using System.Net;
using System.Net.Sockets;
using Ants.Sockets;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime;

/// <summary>The real sockets, on loopback: what each of them promises.</summary>
[TestFixtureSource(nameof(Kinds))]
[CancelAfter(10_000)]
public sealed class UdpSocketTests(string kind)
{
    private static readonly string[] Kinds = OperatingSystem.IsLinux() ? ["portable", "linux"] : ["portable"];

    private readonly DatagramBatch _batch = new();
    private IDatagramSocket _alice = null!;
    private IDatagramSocket _bob = null!;

    [SetUp]
    public void OpenTwoSockets()
    {
        _alice = Bind(new IPEndPoint(IPAddress.Any, 0));
        _bob = Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    [TearDown]
    public void CloseThem()
    {
        _alice.Dispose();
        _bob.Dispose();
    }

    [Test]
    public async Task A_datagram_arrives_with_its_bytes_and_an_ipv4_sender(CancellationToken ct)
    {
        Assert.That(_bob.Send([1, 2, 3], 1200, Loopback(_alice)), Is.EqualTo(SocketError.Success));

        Assert.That(await _alice.ReceiveAsync(_batch, ct), Is.True);
        Assert.Multiple(() =>
        {
            Assert.That(_batch.Count, Is.EqualTo(1));
            Assert.That(_batch[0].ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
            Assert.That(_batch.Source(0), Is.EqualTo(_bob.LocalEndPoint));
        });
    }

    [Test]
    public async Task A_dual_stack_socket_answers_an_ipv4_sender(CancellationToken ct)
    {
        Assert.That(_alice.Send([9], 1200, _bob.LocalEndPoint), Is.EqualTo(SocketError.Success));

        Assert.That(await _bob.ReceiveAsync(_batch, ct), Is.True);
        Assert.That(_batch.Source(0), Is.EqualTo(Loopback(_alice)));
    }

    [Test]
    public async Task A_dual_stack_socket_speaks_ipv6_too(CancellationToken ct)
    {
        if (_alice.LocalEndPoint.AddressFamily != AddressFamily.InterNetworkV6)
        {
            Assert.Ignore("This machine has no IPv6.");
        }

        using IDatagramSocket carol = Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        Assert.That(_alice.Send([9], 1200, carol.LocalEndPoint), Is.EqualTo(SocketError.Success));

        Assert.That(await carol.ReceiveAsync(_batch, ct), Is.True);
        Assert.That(_batch.Source(0), Is.EqualTo(new IPEndPoint(IPAddress.IPv6Loopback, _alice.LocalEndPoint.Port)));
    }

    [Test]
    public async Task A_payload_is_cut_into_segments_of_which_the_last_may_be_shorter(CancellationToken ct)
    {
        byte[] payload = [.. Enumerable.Range(0, 250).Select(i => (byte)i)];
        Assert.That(_bob.Send(payload, 100, Loopback(_alice)), Is.EqualTo(SocketError.Success));

        List<byte[]> received = await ReceiveAsync(_alice, 3, ct);
        Assert.That(received, Is.EqualTo(payload.Chunk(100).ToList()));
    }

    [Test]
    public async Task One_receive_takes_what_is_queued_and_leaves_what_does_not_fit(CancellationToken ct)
    {
        DatagramBatch small = new(capacity: 4);
        for (byte i = 0; i < 6; i++)
        {
            _bob.Send([i], 1200, Loopback(_alice));
        }

        await _alice.ReceiveAsync(small, ct);
        int first = small.Count;
        await _alice.ReceiveAsync(small, ct);

        Assert.Multiple(() =>
        {
            Assert.That(first, Is.EqualTo(4));
            Assert.That(small.Count, Is.EqualTo(2));
            Assert.That(small[1][0], Is.EqualTo(5));
        });
    }

    [Test]
    public async Task An_empty_datagram_arrives_between_others(CancellationToken ct)
    {
        using Socket raw = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        foreach (byte[] datagram in (byte[][])[[1], [], [2]])
        {
            raw.SendTo(datagram, Loopback(_alice));
        }

        List<byte[]> received = await ReceiveAsync(_alice, 3, ct);
        Assert.That(received.Select(d => d.Length), Is.EqualTo(new[] { 1, 0, 1 }));
    }

    [Test]
    public async Task A_datagram_longer_than_a_slot_is_counted_and_dropped(CancellationToken ct)
    {
        using Socket raw = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        raw.SendTo(new byte[DatagramBatch.SlotSize + 1], Loopback(_alice));
        raw.SendTo(new byte[] { 1 }, Loopback(_alice));

        List<byte[]> received = await ReceiveAsync(_alice, 1, ct);
        Assert.Multiple(() =>
        {
            Assert.That(received[0], Is.EqualTo(new byte[] { 1 }));
            Assert.That(_alice.ReceiveErrors, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Many_long_datagrams_in_a_row_do_not_pass_for_a_dead_socket(CancellationToken ct)
    {
        using Socket raw = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        ValueTask<bool> receive = _alice.ReceiveAsync(_batch, ct);
        for (int i = 0; i < 100; i++)
        {
            raw.SendTo(new byte[DatagramBatch.SlotSize + 1], Loopback(_alice));
        }

        raw.SendTo(new byte[] { 1 }, Loopback(_alice));
        Assert.That(await receive, Is.True);
    }

    [Test]
    public async Task A_closed_port_at_the_other_end_does_not_disturb_the_socket(CancellationToken ct)
    {
        IPEndPoint closed = _bob.LocalEndPoint;
        _bob.Dispose();
        for (int i = 0; i < 10; i++)
        {
            _alice.Send([0], 1200, closed);
        }

        using IDatagramSocket carol = Bind(new IPEndPoint(IPAddress.Loopback, 0));
        carol.Send([1], 1200, Loopback(_alice));

        List<byte[]> received = await ReceiveAsync(_alice, 1, ct);
        Assert.That(received[0], Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public async Task Dispose_ends_a_waiting_receive_and_all_later_calls()
    {
        ValueTask<bool> waiting = _alice.ReceiveAsync(_batch, CancellationToken.None);
        _alice.Dispose();

        Assert.Multiple(async () =>
        {
            Assert.That(await waiting, Is.False);
            Assert.That(await _alice.ReceiveAsync(_batch, CancellationToken.None), Is.False);
            Assert.That(_alice.Send([1], 1200, _bob.LocalEndPoint), Is.EqualTo(SocketError.OperationAborted));
            Assert.That(_alice.Dispose, Throws.Nothing);
        });
    }

    [Test]
    public async Task A_cancelled_receive_leaves_the_socket_in_use(CancellationToken ct)
    {
        using CancellationTokenSource cancel = new();
        ValueTask<bool> waiting = _alice.ReceiveAsync(_batch, cancel.Token);
        await cancel.CancelAsync();

        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        _bob.Send([1], 1200, Loopback(_alice));
        Assert.That(await _alice.ReceiveAsync(_batch, ct), Is.True);
    }

    [Test]
    public void A_datagram_that_the_system_cannot_send_is_an_error_code()
    {
        Assert.Multiple(() =>
        {
            Assert.That(_bob.Send(new byte[65_536], 65_536, Loopback(_alice)), Is.EqualTo(SocketError.MessageSize));
            Assert.That(
                _bob.Send([1], 1200, new IPEndPoint(IPAddress.IPv6Loopback, 9)), Is.EqualTo(SocketError.AddressFamilyNotSupported));
        });
    }

    [Test]
    public void The_callers_mistakes_are_exceptions()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => _bob.Send([], 1200, Loopback(_alice)), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => _bob.Send([1], 0, Loopback(_alice)), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => _bob.Send([1], 1, new IPEndPoint(IPAddress.Loopback, 0)), Throws.InstanceOf<ArgumentException>());
        });
    }

    [Test]
    public void A_port_in_use_is_named()
    {
        AntsException? refused = Assert.Throws<AntsException>(
            () => AntsNetwork.System.Bind(new IPEndPoint(IPAddress.Any, _alice.LocalEndPoint.Port)));

        Assert.Multiple(() =>
        {
            Assert.That(refused!.Error, Is.EqualTo(AntsError.AddressInUse));
            Assert.That(refused.Message, Does.Contain($"UDP port {_alice.LocalEndPoint.Port} is in use"));
        });
    }

    [Test]
    public void An_address_of_another_machine_is_refused_by_name()
    {
        AntsException? refused = Assert.Throws<AntsException>(() => Bind(IPEndPoint.Parse("192.0.2.1:0")));

        Assert.Multiple(() =>
        {
            Assert.That(refused!.Error, Is.EqualTo(AntsError.NetworkUnavailable));
            Assert.That(refused.Message, Does.Contain("192.0.2.1"));
        });
    }

    [Test]
    public async Task Receiving_from_known_senders_allocates_nothing_per_datagram(CancellationToken ct)
    {
        const int Rounds = 100;
        byte[] payload = new byte[100 * _batch.Capacity];
        IPEndPoint destination = Loopback(_alice);
        long before = 0;
        for (int i = 0; i < 2 * Rounds; i++)
        {
            if (i == Rounds)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            // Sent before it is received, so that nothing waits and everything stays on this thread.
            _bob.Send(payload, 100, destination);
            await _alice.ReceiveAsync(_batch, ct);
            Assert.That(_batch.Count == _batch.Capacity);
        }

        // What an unoptimised build and the assertion allocate per receive, and nothing per datagram.
        long perDatagram = (GC.GetAllocatedBytesForCurrentThread() - before) / (Rounds * _batch.Capacity);
        Assert.That(perDatagram, Is.LessThan(32));
    }

    private IDatagramSocket Bind(IPEndPoint local) => kind == "linux" ? LinuxUdpSocket.Bind(local) : UdpSocket.Bind(local);

    private static IPEndPoint Loopback(IDatagramSocket socket) => new(IPAddress.Loopback, socket.LocalEndPoint.Port);

    private static async Task<List<byte[]>> ReceiveAsync(IDatagramSocket socket, int count, CancellationToken ct)
    {
        DatagramBatch batch = new();
        List<byte[]> received = [];
        while (received.Count < count && await socket.ReceiveAsync(batch, ct))
        {
            for (int i = 0; i < batch.Count; i++)
            {
                received.Add(batch[i].ToArray());
            }
        }

        return received;
    }
}
