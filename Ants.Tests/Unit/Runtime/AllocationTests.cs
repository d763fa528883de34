using System.IO.Pipelines;
using System.Net;
using Ants.Crypto;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime;

/// <summary>What a packet of a direct stream costs in memory that the collector has to take back, at both ends together.</summary>
[NonParallelizable]
public sealed class AllocationTests
{
    private const int WarmUp = 64 << 20, Measured = 64 << 20, MostTimes = 16;

    // What remains is once for a wake-up or a batch, not for a packet: continuations of the pool, the pipes' own segments when a great many
    // are under way, the runtime's own work beside. A closure or an enumerator for each packet is 24 bytes and more.
    private const double MostBytesPerPacket = 8, MostPortableBytesPerPacket = 4096;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_packet_of_a_direct_stream_allocates_next_to_nothing()
    {
        EthernetLoopback network = new();
        await using AntsAgent bob = await AntsAgent.StartAsync(Options(network)).WaitAsync(s_limit);
        await using AntsAgent alice = await AntsAgent.StartAsync(Options(network)).WaitAsync(s_limit);
        Invite invite = new(bob.Id, directAddresses: [new IPEndPoint(IPAddress.Loopback, bob.Port)]);
        TaskCompletionSource<AntsStream> served = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bob.Serve("sink/1", async (stream, _) =>
        {
            served.SetResult(stream);
            await stream.Session.Closed;
        });
        await using AntsSession session = await alice.ConnectAsync(invite).WaitAsync(s_limit);
        Assert.That(session.CurrentPath.Kind, Is.EqualTo(PathKind.Direct));
        await using AntsStream sending = await session.OpenStreamAsync("sink/1");
        byte[] block = new byte[1 << 16];
        await sending.Output.WriteAsync(block).AsTask().WaitAsync(s_limit);
        AntsStream receiving = await served.Task.WaitAsync(s_limit);
        await CarryAsync(sending.Output, receiving.Input, block, WarmUp - block.Length).WaitAsync(s_limit);
        await ReadAsync(receiving.Input, block.Length).WaitAsync(s_limit);

        // BouncyCastle makes a cipher's state for each packet, and the portable socket an address: some kilobytes.
        double most = FastPaths.ForcedOff.Length == 0 ? MostBytesPerPacket : MostPortableBytesPerPacket;

        // Pools grow whenever more is under way than ever before; a time in which they need not is the steady state.
        double least = double.MaxValue;
        for (int i = 0; i < MostTimes && least >= most; i++)
        {
            (long allocated, long packets) = (GC.GetTotalAllocatedBytes(precise: true), network.Sent);
            await CarryAsync(sending.Output, receiving.Input, block, Measured).WaitAsync(s_limit);
            packets = network.Sent - packets;
            double each = (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / packets;
            TestContext.Out.WriteLine($"{packets} packets, {each:F2} bytes each");
            Assert.That(packets, Is.GreaterThan(Measured / 1472), "Packets of Ethernet's size.");
            least = Math.Min(least, each);
        }

        Assert.That(least, Is.LessThan(most));
    }

    // On the pool, where no context of a test framework allocates for each continuation.
    private static Task CarryAsync(PipeWriter output, PipeReader input, byte[] block, int length) =>
        Task.WhenAll(Task.Run(() => WriteAsync(output, block, length)), Task.Run(() => ReadAsync(input, length)));

    private static async Task WriteAsync(PipeWriter output, byte[] block, int length)
    {
        for (int left = length; left > 0; left -= block.Length)
        {
            await output.WriteAsync(block.AsMemory(0, Math.Min(left, block.Length)));
        }
    }

    private static async Task ReadAsync(PipeReader input, int length)
    {
        for (long left = length; left > 0;)
        {
            ReadResult read = await input.ReadAsync();
            long count = Math.Min(left, read.Buffer.Length);
            input.AdvanceTo(read.Buffer.GetPosition(count));
            left -= count;
        }
    }

    private static AntsOptions Options(AntsNetwork network) => new() { Identity = AgentIdentity.Generate(), Network = network };
}
