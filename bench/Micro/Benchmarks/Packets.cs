using System.Buffers;
using Ants.Bench.Micro.Worlds;
using Ants.Protocol;
using Ants.Protocol.Sessions;
using BenchmarkDotNet.Attributes;

namespace Ants.Bench.Micro.Benchmarks;

/// <summary>
/// One full packet of a stream through a real session: written by the one end (frames, recovery, seal), taken by the other (opening, replay,
/// dispatch, the bytes copied to where the application reads them). Runs of packets, since a packet can be taken only once.
/// </summary>
public class Packets
{
    // About 3 ms a run: long beside the clock's resolution. 3 MB of packets stay in the cache of few machines, as in a real transfer.
    private const int Run = 2048;
    private const int Bytes = 4 * 1024 * 1024;

    private readonly PacketRun _packets = new(Run);
    private readonly ReadOnlySequence<byte> _source = new(new byte[Bytes]);
    private Duo _duo = null!;
    private ulong _stream;

    [GlobalSetup]
    public void Setup()
    {
        _duo = Duo.Established(new SessionOptions
        {
            Congestion = static size => new OpenWindow(size),
            Parameters = new TransportParameters { InitialMaxData = 1UL << 60, InitialMaxStreamData = 1UL << 60 },
        });
        _stream = _duo.Left.OpenStream();

        // So that the other end knows the stream.
        BeforeAssemble();
        _duo.Settle();
    }

    [IterationSetup(Target = nameof(Assemble))]
    public void BeforeAssemble()
    {
        _duo.Settle();
        _duo.Left.Session.Streams.SetBuffer(_stream, _duo.Left.Acked, _source, completed: false);
        _duo.Left.Endpoint.Wake(_duo.Left.Session);
    }

    [IterationSetup(Target = nameof(Receive))]
    public void BeforeReceive()
    {
        BeforeAssemble();
        Require(_packets.Fill(_duo.Now, _duo.Left.Endpoint));
    }

    [Benchmark(OperationsPerInvoke = Run)]
    public int Assemble() => Require(_packets.Fill(_duo.Now, _duo.Left.Endpoint));

    [Benchmark(OperationsPerInvoke = Run)]
    public void Receive()
    {
        for (int i = 0; i < _packets.Count; i++)
        {
            _duo.Right.Take(_duo.Now, _duo.Left.Address, _packets[i]);
        }

        _duo.Right.Attend(_duo.Now);
    }

    private static int Require(int count) =>
        count == Run ? count : throw new InvalidOperationException($"{count} packets instead of {Run}.");
}
