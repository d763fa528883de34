using Ants.Protocol;
using Ants.Protocol.Handshake;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;
using Ants.Tests.Simulation;
using NUnit.Framework;

namespace Ants.Tests.Fuzz;

/// <summary>Random and mutated bytes for everything that reads the network.</summary>
public class EndpointFuzzTests
{
    private const int Cases = 100_000;

    [Test]
    public void No_bytes_make_a_parser_throw()
    {
        Random random = new(1);
        byte[] buffer = new byte[1500];
        for (int i = 0; i < Cases; i++)
        {
            Span<byte> bytes = buffer.AsSpan(0, random.Next(i % 10 == 0 ? 1500 : 60));
            random.NextBytes(bytes);
            PacketHeader.TryRead(bytes, out _);
            HandshakePiece.TryRead(bytes, out _);
            CookieNotice.TryRead(bytes, out _, out _);
            EarlyDatagram.TryRead(bytes, out _);
            TransportParameters.TryRead(bytes, out _);
            InitiatorHello.TryDecode(bytes, out _);
            ResponderHello.TryDecode(bytes, out _);
            StatelessReset.ReadToken(bytes);
            ReadFrames(bytes);
        }
    }

    [Test]
    public void No_datagram_makes_a_live_endpoint_throw_or_ends_its_session()
    {
        EndpointPair pair = new(31);
        Wire wire = pair.AddDirect();
        List<byte[]> corpus = [];
        pair.Tap = (_, _, datagram) => corpus.Add(datagram);
        pair.Bob.Endpoint.AllowEarlyData(pair.Bob.UnixTime - TimeSpan.FromMinutes(1));
        pair.Alice.Options = new SessionOptions { KeyUpdatePackets = 8 };
        pair.Alice.Connect(wire.BobFromAlice);
        Talk talk = new(pair, pair.Alice, 30_000, 1);
        talk.WriteAll();
        pair.Alice.Endpoint.SendEarly(pair.Alice.Session!, talk.Id);
        pair.RunUntil(() => talk.IsFinished);
        Assert.That(pair.Bob.Endpoint.Counters.EarlyDataTaken, Is.Positive);
        pair.Tap = null;
        Random random = new(2);
        for (int i = 0; i < Cases; i++)
        {
            byte[] datagram = Mutate(random, corpus[random.Next(corpus.Count)]);
            pair.Bob.Endpoint.HandleDatagram(pair.Now, wire.AliceFromBob, datagram);
            if (i % 1000 == 0)
            {
                pair.RunFor(1);
            }
        }

        pair.RunFor(1000);
        Assert.That(pair.Bob.Session!.State, Is.EqualTo(SessionState.Established));
        Assert.That(pair.Bob.Endpoint.SessionCount, Is.EqualTo(1));
        Talk after = new(pair, pair.Alice, 30_000, 2);
        after.WriteAll();
        pair.RunUntil(() => after.IsFinished, 10_000);
    }

    private static void ReadFrames(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        if (!reader.TryReadVarInt(out ulong type))
        {
            return;
        }

        WireReader copy = reader;
        StreamFrame.TryRead(type, ref copy, out _);
        copy = reader;
        if (AckFrame.TryRead(ref copy, out AckFrame ack))
        {
            foreach ((ulong first, ulong last) in ack)
            {
                Assert.That(first, Is.LessThanOrEqualTo(last));
            }
        }

        copy = reader;
        CloseFrame.TryRead(ref copy, out _);
        copy = reader;
        CandidatesFrame.TryRead(ref copy, out _, out _);
        copy = reader;
        NewConnectionIdFrame.TryRead(ref copy, out _);
        copy = reader;
        PathResponseFrame.TryRead(ref copy, out _);
        copy = reader;
        NumberFrame.TryRead((FrameType)(type & 0x0F), ref copy, out _);
    }

    private static byte[] Mutate(Random random, byte[] original)
    {
        byte[] bytes = (byte[])original.Clone();
        switch (random.Next(4))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                for (int i = 0; i < 1 + random.Next(8); i++)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                return bytes;
            case 2:
                bytes[random.Next(Math.Min(24, bytes.Length))] ^= (byte)(1 << random.Next(8));
                return bytes;
            default:
                return [.. bytes, .. new byte[random.Next(1600 - bytes.Length)]];
        }
    }
}
