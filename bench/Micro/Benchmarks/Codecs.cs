using Ants.Protocol.Wire;
using BenchmarkDotNet.Attributes;

namespace Ants.Bench.Micro.Benchmarks;

/// <summary>What is read and written in every packet.</summary>
public class Codecs
{
    private const int Numbers = 4;

    private readonly byte[] _buffer = new byte[1500];
    private readonly byte[] _packet = new byte[64];
    private readonly byte[] _stream = new byte[1500];

    [GlobalSetup]
    public void Setup()
    {
        PacketHeader.Write(_packet, new ConnectionId(0x0123456789ABCDEF), 70_000, numberLength: 3);
        WireWriter writer = new(_stream);
        StreamFrame.Write(ref writer, streamId: 4, offset: 1 << 20, length: 1400, fin: false);
    }

    /// <summary>Four numbers of one, two, four and eight bytes: written, and read.</summary>
    [Benchmark(OperationsPerInvoke = Numbers)]
    public ulong VarInts()
    {
        WireWriter writer = new(_buffer);
        writer.WriteVarInt(37);
        writer.WriteVarInt(15_293);
        writer.WriteVarInt(494_878_333);
        writer.WriteVarInt(151_288_809_941_952_652);
        WireReader reader = new(writer.Span);
        ulong sum = 0;
        while (reader.TryReadVarInt(out ulong value))
        {
            sum += value;
        }

        return sum;
    }

    [Benchmark]
    public ulong ReadHeader() => PacketHeader.TryRead(_packet, out PacketHeader header) ? header.ExpandNumber(69_999) : 0;

    [Benchmark]
    public int WriteStreamFrame()
    {
        WireWriter writer = new(_buffer);
        StreamFrame.Write(ref writer, streamId: 4, offset: 1 << 20, length: 1400, fin: false);
        return writer.Written;
    }

    [Benchmark]
    public int ReadStreamFrame()
    {
        WireReader reader = new(_stream);
        return reader.TryReadVarInt(out ulong type) && StreamFrame.TryRead(type, ref reader, out StreamFrame frame) ? frame.Data.Length : 0;
    }
}
