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
        var notes = new List<SentFrame>();
        bool pending = set.HasPending;
        bool wrote = set.Write(ref writer, notes);
        Assert.That(wrote, Is.EqualTo(notes.Count > 0 && writer.Written > 0), "Write must tell whether it wrote.");
        if (size >= 64)
        {
            Assert.That(pending, Is.EqualTo(wrote), "HasPending must foretell whether Write writes.");
        }

        return wrote ? new Packet(writer.Span.ToArray(), notes) : null;
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
            Assert.That(reader.TryReadVarInt(out ulong type), Is.True);
            StreamFault fault;
            if (StreamFrame.IsStream(type))
            {
                Assert.That(StreamFrame.TryRead(type, ref reader, out StreamFrame stream), Is.True);
                fault = set.OnStreamFrame(stream);
            }
            else
            {
                Assert.That(NumberFrame.TryRead((FrameType)type, ref reader, out NumberFrame number), Is.True);
                fault = set.OnNumberFrame(number);
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
