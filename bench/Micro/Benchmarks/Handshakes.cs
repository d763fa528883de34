using Ants.Bench.Micro.Worlds;
using Ants.Crypto;
using Ants.Protocol.Endpoints;
using BenchmarkDotNet.Attributes;

namespace Ants.Bench.Micro.Benchmarks;

/// <summary>
/// The work of each message of a handshake, as it falls on one end, and a whole handshake with both ends' endpoints (pieces, MACs, replays,
/// tables, the first packets).
/// </summary>
public class Handshakes
{
    // What the transport parameters take, about.
    private const int PayloadSize = 64;

    // A message can be answered once: so many are prepared. About 10 ms a run.
    private const int Run = 16;

    private readonly AgentIdentity _initiator = Identities.At(0);
    private readonly AgentIdentity _responder = Identities.At(1);
    private readonly SeededEntropy _entropy = new(1);
    private readonly byte[] _payload = new byte[PayloadSize];
    private readonly SessionInitiator[] _initiators = new SessionInitiator[Run];
    private readonly SessionResponder[] _responders = new SessionResponder[Run];
    private readonly byte[][] _seconds = new byte[Run][];
    private byte[] _first = [];

    [GlobalSetup]
    public void Setup()
    {
        using SessionInitiator initiator = Begin();
        _first = initiator.WriteMessage1(_payload);
    }

    [IterationSetup(Target = nameof(WriteMessage2))]
    public void BeforeMessage2()
    {
        for (int i = 0; i < Run; i++)
        {
            _initiators[i] = Begin();
            _responders[i] = Answer(_initiators[i].WriteMessage1(_payload));
        }
    }

    [IterationSetup(Target = nameof(ReadMessage2))]
    public void BeforeReading2()
    {
        BeforeMessage2();
        WriteMessage2();
    }

    [Benchmark]
    public byte[] WriteMessage1()
    {
        using SessionInitiator initiator = Begin();
        return initiator.WriteMessage1(_payload);
    }

    [Benchmark]
    public void ReadMessage1() => Answer(_first).Dispose();

    [Benchmark(OperationsPerInvoke = Run)]
    public void WriteMessage2()
    {
        for (int i = 0; i < Run; i++)
        {
            _seconds[i] = _responders[i].WriteMessage2(_payload, _entropy, out SessionSecrets secrets);
            secrets.Dispose();
        }
    }

    [Benchmark(OperationsPerInvoke = Run)]
    public void ReadMessage2()
    {
        for (int i = 0; i < Run; i++)
        {
            if (!_initiators[i].TryReadMessage2(_seconds[i], out _, out SessionSecrets? secrets))
            {
                throw new InvalidOperationException("Message 2 is not understood.");
            }

            secrets.Dispose();
        }
    }

    /// <summary>Both ends' work together, their endpoints' making included.</summary>
    [Benchmark]
    public object Establish()
    {
        Duo duo = new(_initiator, _responder);
        duo.Establish();
        return duo;
    }

    private SessionInitiator Begin() => new(_initiator, _responder.Id, Endpoint.Label, _entropy);

    private SessionResponder Answer(byte[] message) =>
        SessionResponder.TryReadMessage1(_responder, Endpoint.Label, message, out SessionResponder? responder)
            ? responder
            : throw new InvalidOperationException("Message 1 is not understood.");
}
