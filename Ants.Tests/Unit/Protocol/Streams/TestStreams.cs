using System.Buffers;
using Ants.Protocol;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Streams;

/// <summary>Short ways to say what many tests say.</summary>
internal static class TestStreams
{
    public static readonly TimeSpan Rtt = TimeSpan.FromMilliseconds(50);

    /// <summary>A set that opens even streams and knows the peer's limits.</summary>
    public static StreamSet Set(StreamLimits? local = null, StreamLimits? peer = null, bool even = true)
    {
        var set = new StreamSet(even, local ?? StreamLimits.Default);
        set.ApplyPeerLimits(peer ?? StreamLimits.Default);
        return set;
    }

    public static ulong Open(this StreamSet set)
    {
        Assert.That(set.TryOpen(out ulong id), Is.True);
        return id;
    }

    public static void Send(this StreamSet set, ulong id, int count, bool completed = false) =>
        set.SetBuffer(id, 0, new ReadOnlySequence<byte>(Bytes(0, count)), completed);

    /// <summary>The bytes that stand at an offset in every stream of these tests.</summary>
    public static byte[] Bytes(ulong offset, int count)
    {
        var bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            bytes[i] = At(offset + (ulong)i);
        }

        return bytes;
    }

    public static byte At(ulong offset) => (byte)((offset * 167) ^ (offset >> 8));

    public static StreamFault Receive(this StreamSet set, ulong id, ulong offset, int count, bool fin = false) =>
        set.OnStreamFrame(new StreamFrame(id, offset, Bytes(offset, count), fin));

    public static StreamFault Receive(this StreamSet set, FrameType type, ulong first, ulong second = 0, ulong third = 0) =>
        set.OnNumberFrame(new NumberFrame(type, first, second, third));

    public static List<StreamEvent> Events(this StreamSet set)
    {
        var events = new List<StreamEvent>();
        while (set.TryPollEvent(out StreamEvent e))
        {
            events.Add(e);
        }

        return events;
    }

    /// <summary>The frames other than STREAM that a set sends now.</summary>
    public static List<NumberFrame> Numbers(this IEnumerable<Packet> packets)
    {
        var frames = new List<NumberFrame>();
        foreach (Packet packet in packets)
        {
            var reader = new WireReader(packet.Bytes);
            while (reader.TryReadVarInt(out ulong type))
            {
                if (StreamFrame.IsStream(type))
                {
                    Assert.That(StreamFrame.TryRead(type, ref reader, out _), Is.True);
                }
                else
                {
                    Assert.That(NumberFrame.TryRead((FrameType)type, ref reader, out NumberFrame frame), Is.True);
                    frames.Add(frame);
                }
            }
        }

        return frames;
    }

    /// <summary>The first byte and the end of each STREAM frame, in order.</summary>
    public static List<(ulong Id, ulong Start, ulong End, bool Fin)> Streams(this IEnumerable<Packet> packets) =>
        packets.SelectMany(packet => packet.Notes)
            .Where(note => note.Kind == Ants.Protocol.Recovery.SentFrameKind.StreamData)
            .Select(note => (note.Id, note.Offset, note.Offset + (ulong)note.Length, note.Fin))
            .ToList();

    public static SessionErrorCode Code(this StreamFault fault)
    {
        Assert.That(fault.IsNone, Is.EqualTo(fault.Reason.Length == 0), "A fault has a reason.");
        return fault.Code;
    }
}
