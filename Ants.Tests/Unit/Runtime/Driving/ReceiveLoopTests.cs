using System.Net;
using System.Net.Sockets;
using Ants.Driving;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime.Driving;

[TestFixture]
internal sealed class ReceiveLoopTests
{
    [Test]
    public async Task What_waits_for_a_lull_is_done_when_a_receive_has_nothing_whatever_the_brief_wait_said([Values] bool said)
    {
        using FakeSocket socket = new() { SaysOfBriefWaits = said };
        LullWork lull = new(static e => throw e);
        List<int> done = [];
        int batches = 0, lulls = 0;
        ReceiveLoop loop = new(socket, lull, NullLogger.Instance)
        {
            Received = _ => lull.Add(batch => done.Add((int)batch!), ++batches, default),
            Lulled = () =>
            {
                lulls++;
                lull.DoAll();
            },
            MayEnd = static () => true,
        };
        Task running = loop.RunAsync();
        socket.Next.SetResult(true);
        Assert.That(done, Is.EqualTo([1]), "Nothing comes: what came may have been no datagram.");

        socket.QueuesOne = true;
        socket.Next.SetResult(true);
        Assert.That(done, Is.EqualTo([1, 2, 3]));
        Assert.That(lulls, Is.EqualTo(said ? 2 : 3), "Between two batches that are there only if the wait said that there was none.");
        socket.Next.SetResult(false);
        await running;
        Assert.That(lulls, Is.EqualTo(said ? 3 : 4), "Nobody waits beyond the end.");
    }

    /// <summary>A socket whose receives end when the test says so, and the one after the next at once if told.</summary>
    private sealed class FakeSocket : IDatagramSocket
    {
        private TaskCompletionSource<bool>? _next;

        public bool SaysOfBriefWaits { get; init; }

        public bool QueuesOne { get; set; }

        public TaskCompletionSource<bool> Next
        {
            get
            {
                TaskCompletionSource<bool> next = _next!;
                _next = null;
                return next;
            }
        }

        public IPEndPoint LocalEndPoint => new(IPAddress.Loopback, 1);

        public long ReceiveErrors => 0;

        public ValueTask<bool> ReceiveAsync(DatagramBatch batch, CancellationToken cancellationToken)
        {
            if (QueuesOne)
            {
                QueuesOne = false;
                return new ValueTask<bool>(true);
            }

            _next = new TaskCompletionSource<bool>();
            return new ValueTask<bool>(_next.Task);
        }

        public bool WaitBriefly(TimeSpan limit) => SaysOfBriefWaits;

        public SocketError Send(ReadOnlySpan<byte> payload, int segmentSize, IPEndPoint destination) => SocketError.Success;

        public void Dispose()
        {
        }
    }
}
