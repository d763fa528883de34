using System.Buffers;
using Ants.Protocol.Paths;
using Ants.Protocol.Sessions;
using Ants.Protocol.Streams;
using NUnit.Framework;

namespace Ants.Tests.Simulation;

public class SessionTests
{
    [Test]
    public void A_handshake_takes_one_round_trip_for_the_initiator_and_one_and_a_half_for_the_other()
    {
        EndpointPair pair = new();
        EndpointPair.Wire wire = pair.AddRelayed(delayMs: 10);
        double start = Ms(pair);
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunUntil(() => pair.Alice.Session!.State == SessionState.Established);
        Assert.That(Ms(pair) - start, Is.EqualTo(20).Within(0.001));
        pair.RunUntil(() => pair.Bob.Session?.State == SessionState.Established);
        Assert.That(Ms(pair) - start, Is.EqualTo(30).Within(0.001));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Bytes_arrive_once_and_in_order_over_a_bad_wire(int seed)
    {
        EndpointPair pair = new(seed);
        EndpointPair.Wire wire = pair.AddDirect(delayMs: 5);
        (wire.Loss, wire.Duplication, wire.Corruption, wire.Jitter) = (0.1, 0.05, 0.02, TimeSpan.FromMilliseconds(3));
        Transfer transfer = new(pair, 300_000);
        pair.Alice.Connect(wire.BobFromAlice);
        transfer.Start();
        pair.RunUntil(() => transfer.IsComplete);
        Assert.That(transfer.Received, Is.EqualTo(transfer.Sent));
    }

    [Test]
    public void A_probe_that_is_answered_promotes_the_session_and_a_cut_brings_it_back()
    {
        EndpointPair pair = new();
        EndpointPair.Wire relayed = pair.AddRelayed(delayMs: 10);
        EndpointPair.Wire direct = pair.AddDirect(delayMs: 1);
        pair.Alice.Connect(relayed.BobFromAlice);
        Transfer transfer = new(pair, 2_000_000);
        transfer.Start();
        pair.RunUntil(() => pair.Bob.Session?.State == SessionState.Established);
        pair.Alice.Session!.Probe(direct.BobFromAlice);
        pair.RunUntil(() => IsDirect(pair.Alice) && IsDirect(pair.Bob));
        pair.RunFor(5);
        direct.IsCut = true;
        pair.RunUntil(() => !IsDirect(pair.Alice));
        pair.RunUntil(() => transfer.IsComplete);
        Assert.That(transfer.Received, Is.EqualTo(transfer.Sent));
        direct.IsCut = false;
        pair.Alice.Session!.Probe(direct.BobFromAlice);
        pair.RunUntil(() => IsDirect(pair.Alice) && IsDirect(pair.Bob));
    }

    private static bool IsDirect(EndpointPair.Side side) => side.Session!.Paths.Active?.IsDirect ?? false;

    private static double Ms(EndpointPair pair) => TimeSpan.FromTicks(pair.Now.Ticks).TotalMilliseconds;

    private sealed class Transfer
    {
        private readonly EndpointPair _pair;
        private readonly ArrayBufferWriter<byte> _received = new();
        private ulong _stream;

        public Transfer(EndpointPair pair, int length)
        {
            _pair = pair;
            Sent = new byte[length];
            pair.Random.NextBytes(Sent);
            pair.Bob.OnEvent = (session, e) =>
            {
                if (e.Kind == SessionEventKind.Stream && e.Stream.Kind == StreamEventKind.Opened)
                {
                    session.Streams.Attach(e.Stream.Id, _received);
                }
                else if (e.Kind == SessionEventKind.Stream && e.Stream.Kind == StreamEventKind.Readable)
                {
                    int fresh = _received.WrittenCount - _consumed;
                    _consumed += fresh;
                    session.Streams.Consumed(e.Stream.Id, fresh, pair.Now, session.RoundTrip);
                    pair.Bob.Endpoint.Wake(session);
                }
                else if (e.Kind == SessionEventKind.Stream && e.Stream.Kind == StreamEventKind.Finished)
                {
                    IsComplete = true;
                }
            };
        }

        private int _consumed;

        public byte[] Sent { get; }

        public byte[] Received => _received.WrittenSpan.ToArray();

        public bool IsComplete { get; private set; }

        public void Start()
        {
            Session session = _pair.Alice.Session!;
            Assert.That(session.Streams.TryOpen(out _stream));
            session.Streams.SetBuffer(_stream, 0, new ReadOnlySequence<byte>(Sent), completed: true);
            _pair.Alice.Endpoint.Wake(session);
            _pair.Alice.OnEvent = (s, e) =>
            {
                if (e.Kind == SessionEventKind.Stream && e.Stream.Kind == StreamEventKind.Acked)
                {
                    s.Streams.SetBuffer(_stream, e.Stream.Value, new ReadOnlySequence<byte>(Sent).Slice((long)e.Stream.Value), completed: true);
                }
            };
        }
    }
}
