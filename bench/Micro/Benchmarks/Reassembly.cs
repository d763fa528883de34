using Ants.Bench.Micro.Worlds;
using Ants.Protocol;
using Ants.Protocol.Streams;
using BenchmarkDotNet.Attributes;

namespace Ants.Bench.Micro.Benchmarks;

/// <summary>64 STREAM frames of 1,200 bytes that come in order, in pairs the wrong way round, or all before the first of them.</summary>
public class Reassembly
{
    private const int Frames = 64;
    private const int Size = 1200;

    private static readonly TimeSpan s_roundTrip = TimeSpan.FromMilliseconds(20);

    private readonly byte[] _bytes = new byte[Size];
    private readonly CountingSink _sink = new();
    private ReceiveStream _stream = null!;
    private FlowWindow _session = null!;
    private Instant _now;
    private ulong _start;

    [GlobalSetup]
    public void Setup()
    {
        _session = new FlowWindow(1 << 20, 1 << 20);
        _stream = new ReceiveStream(new FlowWindow(1 << 20, 1 << 20), _session);
        _stream.Attach(_sink);
    }

    [Benchmark]
    public void InOrder()
    {
        for (int i = 0; i < Frames; i++)
        {
            Take(i);
        }

        Finish();
    }

    [Benchmark]
    public void Reordered()
    {
        for (int i = 0; i < Frames; i++)
        {
            Take(i ^ 1);
        }

        Finish();
    }

    [Benchmark]
    public void BehindAGap()
    {
        for (int i = 1; i < Frames; i++)
        {
            Take(i);
        }

        Take(0);
        Finish();
    }

    private void Take(int index) => _stream.OnBytes(_start + (ulong)(index * Size), _bytes, fin: false);

    private void Finish()
    {
        _start += Frames * Size;
        _now += s_roundTrip;
        ulong read = (ulong)_sink.TakeHeld();
        if (read != Frames * Size)
        {
            throw new InvalidOperationException($"{read} bytes came out.");
        }

        _stream.Consumed(read, _now, s_roundTrip);
        _session.Release(read, _now, s_roundTrip);
        _stream.TakeNews();
    }
}
