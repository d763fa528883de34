using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ants.Sockets;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime;

/// <summary>What the batched socket does beyond the portable one, on loopback.</summary>
[Platform("Linux")]
[CancelAfter(10_000)]
public sealed class LinuxUdpSocketTests
{
    private readonly byte[] _payload = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7 / 1200))];

    [Test]
    public async Task A_run_crosses_in_few_messages_and_is_whole_datagrams_again(CancellationToken ct)
    {
        using LinuxUdpSocket alice = LinuxUdpSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using LinuxUdpSocket bob = LinuxUdpSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.That(bob.Send(_payload, 1200, alice.LocalEndPoint), Is.EqualTo(SocketError.Success));
        Assert.That(bob.SendsRuns, Is.True, "this kernel takes runs");

        DatagramBatch batch = alice.CreateBatch();
        Assert.That(await alice.ReceiveAsync(batch, ct), Is.True);
        Assert.That(Datagrams(batch), Is.EqualTo(_payload.Chunk(1200)), "both messages in one call");
        Assert.That(batch.Source(batch.Count - 1), Is.EqualTo(bob.LocalEndPoint));
    }

    [Test]
    public async Task A_brief_wait_says_whether_something_is_there(CancellationToken ct)
    {
        using LinuxUdpSocket alice = LinuxUdpSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using LinuxUdpSocket bob = LinuxUdpSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.That(alice.WaitBriefly(TimeSpan.FromMicroseconds(100)), Is.False);
        bob.Send(_payload.AsSpan(0, 6000), 1200, alice.LocalEndPoint);
        Assert.That(alice.WaitBriefly(TimeSpan.FromSeconds(5)), Is.True);

        // What the batch did not take is there without the system.
        DatagramBatch batch = new(capacity: 3);
        Assert.That(await alice.ReceiveAsync(batch, ct), Is.True);
        Assert.That(batch.Count, Is.EqualTo(3));
        Assert.That(alice.WaitBriefly(TimeSpan.FromMicroseconds(100)), Is.True);
        Assert.That(await alice.ReceiveAsync(batch, ct), Is.True);
        Assert.That(alice.WaitBriefly(TimeSpan.FromMicroseconds(100)), Is.False);
        alice.Dispose();
        Assert.That(alice.WaitBriefly(TimeSpan.FromSeconds(5)), Is.True, "The receive that follows says that it is over.");
    }

    [Test]
    public void A_brief_wait_lasts_until_its_limit_when_nothing_comes()
    {
        TimeSpan limit = TimeSpan.FromMilliseconds(5);
        using LinuxUdpSocket socket = LinuxUdpSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        // A signal of the system may end one early.
        Assert.That(
            () =>
            {
                long begun = Stopwatch.GetTimestamp();
                return !socket.WaitBriefly(limit) && Stopwatch.GetElapsedTime(begun) >= limit;
            },
            Is.True.After(5000, 1));
    }

    [Test]
    public async Task A_brief_wait_amid_which_the_socket_is_disposed_ends_and_the_receive_says_so([Values] bool hasThread, CancellationToken ct)
    {
        LinuxUdpSocket socket = LinuxUdpSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (hasThread)
        {
            Task<bool> receive = socket.ReceiveAsync(socket.CreateBatch(), ct).AsTask();
            socket.Send([1], 1, socket.LocalEndPoint);
            Assert.That(await receive, Is.True);
        }

        Task wait = Task.Run(() => socket.WaitBriefly(TimeSpan.FromSeconds(1)), ct);
        socket.Dispose();
        await wait.WaitAsync(ct);
        Assert.That(await socket.ReceiveAsync(socket.CreateBatch(), ct), Is.False);
    }

    [Test]
    public async Task A_batch_that_a_run_does_not_fit_is_filled_bit_by_bit(CancellationToken ct)
    {
        using LinuxUdpSocket alice = LinuxUdpSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using LinuxUdpSocket bob = LinuxUdpSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        bob.Send(_payload.AsSpan(0, 12_000), 1200, alice.LocalEndPoint);
        List<byte[]> received = [];
        foreach (DatagramBatch batch in (DatagramBatch[])[new(capacity: 4), new(capacity: 3), alice.CreateBatch()])
        {
            Assert.That(await alice.ReceiveAsync(batch, ct), Is.True);
            received.AddRange(Datagrams(batch));
        }

        Assert.That(received, Is.EqualTo(_payload.AsSpan(0, 12_000).ToArray().Chunk(1200)));
    }

    [Test]
    public async Task What_the_system_refuses_as_a_run_goes_one_by_one_from_then_on(CancellationToken ct)
    {
        using LinuxUdpSocket alice = LinuxUdpSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using LinuxUdpSocket bob = WithoutChecksums();
        for (int i = 0; i < 2; i++)
        {
            Assert.That(bob.Send(_payload.AsSpan(0, 3000), 1200, alice.LocalEndPoint), Is.EqualTo(SocketError.Success));
            Assert.That(bob.SendsRuns, Is.False);
        }

        List<byte[]> received = [];
        DatagramBatch batch = alice.CreateBatch();
        while (received.Count < 6 && await alice.ReceiveAsync(batch, ct))
        {
            received.AddRange(Datagrams(batch));
        }

        Assert.That(received.Select(datagram => datagram.Length), Is.EqualTo((int[])[1200, 1200, 600, 1200, 1200, 600]));
    }

    [Test]
    public async Task A_run_of_segments_that_no_interface_takes_is_an_error_and_runs_go_on(CancellationToken ct)
    {
        using LinuxUdpSocket alice = LinuxUdpSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using LinuxUdpSocket bob = LinuxUdpSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.That(bob.Send(new byte[140_000], 70_000, alice.LocalEndPoint), Is.EqualTo(SocketError.MessageSize));
        Assert.That(bob.SendsRuns, Is.True);
        bob.Send([1], 1, alice.LocalEndPoint);
        Assert.That(await alice.ReceiveAsync(alice.CreateBatch(), ct), Is.True);
    }

    [Test]
    public async Task A_full_batch_costs_no_allocation(CancellationToken ct)
    {
        const int Rounds = 100;
        using LinuxUdpSocket alice = LinuxUdpSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using LinuxUdpSocket bob = LinuxUdpSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        DatagramBatch batch = alice.CreateBatch();
        IPEndPoint destination = alice.LocalEndPoint;
        long before = 0;
        for (int i = 0; i < 2 * Rounds; i++)
        {
            before = i == Rounds ? GC.GetAllocatedBytesForCurrentThread() : before;
            bob.Send(_payload.AsSpan(0, 60_000), 1200, destination);

            // What was sent is there, so that nothing waits and everything stays on this thread.
            await alice.ReceiveAsync(batch, ct);
        }

        Assert.That(batch.Count, Is.EqualTo(50));
        Assert.That((GC.GetAllocatedBytesForCurrentThread() - before) / (Rounds * 50), Is.LessThan(8));
    }

    // A kernel refuses UDP_SEGMENT with EINVAL for a socket whose checksums are switched off.
    private static LinuxUdpSocket WithoutChecksums()
    {
        const int SolSocket = 1, SoNoCheck = 11;
        Socket socket = SocketSetup.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Span<byte> on = stackalloc byte[sizeof(int)];
        MemoryMarshal.Write(on, 1);
        socket.SetRawSocketOption(SolSocket, SoNoCheck, on);
        return new LinuxUdpSocket(socket);
    }

    private static IEnumerable<byte[]> Datagrams(DatagramBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            yield return batch[i].ToArray();
        }
    }
}
