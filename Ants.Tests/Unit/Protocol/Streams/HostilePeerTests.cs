using Ants.Protocol;
using Ants.Protocol.Recovery;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Streams;

/// <summary>A peer that sends any well-formed frames in any order, while this end goes about its business.</summary>
[TestFixture]
internal sealed class HostilePeerTests
{
    private static readonly StreamLimits Local = new(6, 40_000, 20_000);

    private static readonly FrameType[] Types =
    [
        FrameType.ResetStream, FrameType.StopSending, FrameType.MaxData, FrameType.MaxStreamData, FrameType.MaxStreams,
        FrameType.DataBlocked, FrameType.StreamDataBlocked, FrameType.StreamsBlocked, FrameType.PathStatus,
    ];

    [Test]
    public void Nothing_that_a_peer_sends_throws_or_takes_more_memory_than_it_was_allowed()
    {
        var faults = new HashSet<SessionErrorCode>();
        Gen.Int[0, int.MaxValue - 1].Sample(
            seed =>
            {
                HashSet<SessionErrorCode> seen = Attack(new Random(seed));
                lock (faults)
                {
                    faults.UnionWith(seen);
                }
            },
            iter: 500);
        Assert.That(faults, Is.SupersetOf(new[]
        {
            SessionErrorCode.FlowControl, SessionErrorCode.StreamLimit, SessionErrorCode.StreamState, SessionErrorCode.FinalSize,
            SessionErrorCode.ConflictingOverlap, SessionErrorCode.FrameEncoding,
        }));
    }

    /// <summary>A session would end at the first fault; going on asks more.</summary>
    private static HashSet<SessionErrorCode> Attack(Random random)
    {
        var faults = new HashSet<SessionErrorCode>();
        var set = new StreamSet(random.Next(2) == 0, Local);
        set.ApplyPeerLimits(new StreamLimits(Number(random), Number(random), Number(random)));
        for (int i = 0; i < 200; i++)
        {
            StreamFault fault = random.Next(3) == 0
                ? set.OnNumberFrame(new NumberFrame(Types[random.Next(random.Next(20) == 0 ? 9 : 8)], Number(random), Number(random), Number(random)))
                : set.OnStreamFrame(new StreamFrame(Id(random), Number(random) % (1UL << 61), Content(random), random.Next(9) == 0));
            Act(set, random);
            Check(set);
            faults.Add(fault.Code());
        }

        set.ReturnBlocks();
        return faults;
    }

    private static void Act(StreamSet set, Random random)
    {
        if (set.TryOpen(out ulong id))
        {
            set.Send(id, random.Next(3000), random.Next(2) == 0);
        }

        while (set.TryPollEvent(out StreamEvent e))
        {
            if (e.Kind == StreamEventKind.Opened && random.Next(2) == 0)
            {
                set.Attach(e.Id, new System.Buffers.ArrayBufferWriter<byte>());
            }
        }

        if (random.Next(4) == 0)
        {
            set.StopSending(Id(random), 1);
            set.Reset(Id(random), 1);
        }

        var writer = new WireWriter(new byte[1200]);
        SentFrames notes = new();
        set.Write(ref writer, notes);
        foreach (SentFrame note in notes.All)
        {
            set.OnLost(note);
        }

        foreach (SentFrame note in notes.All.ToArray().Where(_ => random.Next(2) == 0))
        {
            set.OnAcked(note);
        }
    }

    private static void Check(StreamSet set)
    {
        ulong blocks = 0, streams = 0;
        for (ulong id = 0; id < 40; id++)
        {
            if (set.TryGet(id, out StreamState? stream))
            {
                streams++;
                blocks += (ulong)stream.Receive.HeldBlocks;
            }
        }

        Assert.That(set.Window.Received - set.Window.Released, Is.LessThanOrEqualTo(set.Window.Size));
        Assert.That(blocks, Is.LessThanOrEqualTo((set.Window.Size / ReassemblyBlock.Size) + (2 * streams)));
    }

    private static ulong Id(Random random) => (ulong)random.Next(random.Next(50) == 0 ? 40 : 12);

    private static ulong Number(Random random) => random.Next(40) switch
    {
        0 => VarInt.MaxValue - (ulong)random.Next(3),
        1 => 1UL << random.Next(62),
        < 10 => (ulong)random.Next(20_100),
        < 20 => (ulong)random.Next(300),
        _ => (ulong)random.Next(10),
    };

    /// <summary>Mostly zeros, so that overlaps agree often enough to get anywhere.</summary>
    private static byte[] Content(Random random)
    {
        var bytes = new byte[random.Next(1200)];
        if (bytes.Length > 0 && random.Next(30) == 0)
        {
            bytes[^1] = 1;
        }

        return bytes;
    }
}
