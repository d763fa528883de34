using Ants.Protocol.Recovery;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Streams;

/// <summary>A packet that holds frames of streams, without anything around them.</summary>
internal sealed record Packet(byte[] Bytes, IReadOnlyList<SentFrame> Notes)
{
    /// <summary>The next packet that a set wants to send; null when it has nothing.</summary>
    public static Packet? From(StreamSet set, int size = 1200)
    {
        var writer = new WireWriter(new byte[size]);
        SentFrames notes = new();
        bool pending = set.HasPending;
        bool wrote = set.Write(ref writer, notes);
        if (wrote != (notes.Count > 0 && writer.Written > 0) || (size >= 64 && pending != wrote))
        {
            Assert.Fail("Write must tell whether it wrote, and HasPending whether it will.");
        }

        return wrote ? new Packet(writer.Span.ToArray(), notes.All.ToArray()) : null;
    }

    /// <summary>All packets that a set wants to send.</summary>
    public static List<Packet> AllFrom(StreamSet set, int size = 1200)
    {
        var packets = new List<Packet>();
        while (From(set, size) is { } packet)
        {
            packets.Add(packet);
        }

        return packets;
    }

    /// <summary>Hands the frames to a set, up to the first fault.</summary>
    public StreamFault DeliverTo(StreamSet set)
    {
        var reader = new WireReader(Bytes);
        while (!reader.IsEmpty)
        {
            StreamFault fault = StreamFault.None;
            if (!reader.TryReadVarInt(out ulong type))
            {
                Assert.Fail("A frame has no type.");
            }
            else if (StreamFrame.IsStream(type) && StreamFrame.TryRead(type, ref reader, out StreamFrame stream))
            {
                fault = set.OnStreamFrame(stream);
            }
            else if (NumberFrame.TryRead((FrameType)type, ref reader, out NumberFrame number))
            {
                fault = set.OnNumberFrame(number);
            }
            else
            {
                Assert.Fail("A frame cannot be read.");
            }

            if (!fault.IsNone)
            {
                return fault;
            }
        }

        return StreamFault.None;
    }

    public void AckAt(StreamSet sender)
    {
        foreach (SentFrame note in Notes)
        {
            sender.OnAcked(note);
        }
    }

    public void LoseAt(StreamSet sender)
    {
        foreach (SentFrame note in Notes)
        {
            sender.OnLost(note);
        }
    }
}
