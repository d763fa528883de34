using Ants.Bench.Micro.Worlds;
using BenchmarkDotNet.Attributes;

namespace Ants.Bench.Micro.Benchmarks;

/// <summary>
/// One megabyte on a stream of its own from endpoint to endpoint, both ends' work: flow control, congestion control, acknowledgements,
/// opening and forgetting the stream. No sockets, no threads, no pipes.
/// </summary>
public class Transfers
{
    private const int Bytes = 1024 * 1024;

    private readonly byte[] _bytes = new byte[Bytes];
    private Duo _duo = null!;

    [GlobalSetup]
    public void Setup()
    {
        _duo = Duo.Established();

        // Past slow start and the growth of windows, which are the matter of other measurements.
        for (int i = 0; i < 16; i++)
        {
            Megabyte();
        }
    }

    [Benchmark]
    public void Megabyte() => _duo.Transfer(_bytes);
}
