using System.Net;
using Ants.Bench.Micro.Worlds;
using Ants.Driving;
using Ants.Protocol;
using Ants.Protocol.Relaying;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;
using Ants.Relay.Forwarding;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ants.Bench.Micro.Benchmarks;

/// <summary>
/// One packet of 1,100 bytes (what a relayed session sends) through a relay: opened, its alias resolved, the rate checked, queued, sealed for the other agent. And
/// the naming alone. And one that is forwarded beside the sessions: its id found, its source and the rate checked, another id written into it, and gathered for the
/// socket, with what it takes to hand runs of them to one that costs nothing.
/// </summary>
public class Relaying
{
    private const int Packet = 1100;

    // What a session's queue of DATAGRAMs to send takes: more would be dropped. A driver takes them in batches.
    private const int Run = 256;
    private const int Batch = 32;

    private readonly byte[] _packet = new byte[Packet];
    private readonly byte[] _payload = new byte[Packet + RelayMessage.MaxOverhead];
    private readonly byte[] _buffer = new byte[9000];
    private readonly RelayTunnel _near = new(), _far = new(), _agent = new();
    private readonly PacketRun _packets = new(Run);
    private readonly byte[] _unopened = new byte[Packet];
    private AgentId _receiver;

    // The relay's two sessions. One endpoint each, of one identity: a relay has one for all, which is the same work.
    private Duo _from = null!, _to = null!;
    private RelayedAgent _sender = null!;
    private Forwarder _forwarder = null!;
    private IPEndPoint _source = null!;
    private Func<long> _sentBeside = null!;

    [GlobalSetup]
    public void Setup()
    {
        SessionOptions options = new()
        {
            GateDatagrams = false,
            Congestion = static size => new OpenWindow(size),
            Parameters = new TransportParameters { Forwards = true },
        };
        _from = new Duo(Identities.At(0), Identities.At(2), options);
        _to = new Duo(Identities.At(2), Identities.At(1), options);
        _from.Establish();
        _to.Establish();
        _receiver = _to.Left.Session.Peer;
        _sender = new RelayedAgent(_from.Right.Session, _from.Right.Endpoint, bytesPerSecond: long.MaxValue);
        RelayedAgent receiver = new(_to.Left.Session, _to.Left.Endpoint, bytesPerSecond: long.MaxValue);
        Dictionary<AgentId, RelayedAgent> agents = new() { [_sender.Id] = _sender, [receiver.Id] = receiver };

        // Its driver is for what a relay passes on without a session.
        CountingSocket socket = new();
        _sentBeside = () => socket.Bytes;
        EndpointDriver driver = new(AntsNetwork.System, socket, Identities.At(2), new NoOwner(), NullLogger.Instance);
        _forwarder = new Forwarder(driver, agents, new MissedPeers(), new RelayTally());

        // From here on the receiver is called by its alias, on all of them.
        Through(_near, _far);
        Through(_agent, _sender.Tunnel);
        _source = _from.Left.Address.EndPoint!;
        PacketHeader.Write(_unopened, AskForId(), number: 1, numberLength: 1);
    }

    [IterationSetup(Target = nameof(Forward))]
    public void BeforeForward()
    {
        _from.Settle();
        _to.Settle();
        for (int i = 0; i < Run; i++)
        {
            _from.Left.Session.TrySendDatagram(_payload.AsSpan(0, _agent.Write(_receiver, _packet, _payload)));
        }

        _packets.Fill(_from.Now, _from.Left.Endpoint);
    }

    [Benchmark(OperationsPerInvoke = Run)]
    public int Forward()
    {
        int sent = 0;
        for (int i = 0; i < _packets.Count; i++)
        {
            _from.Right.Take(_from.Now, _from.Left.Address, _packets[i]);
            if ((i + 1) % Batch == 0)
            {
                sent += PassOn();
            }
        }

        return sent >= Run ? sent : throw new InvalidOperationException($"{sent} packets of {Run} went on.");
    }

    [Benchmark(OperationsPerInvoke = Run)]
    public long Unopened()
    {
        long before = _sentBeside();
        for (int i = 0; i < Run; i++)
        {
            if (!_forwarder.TryForward(_from.Now, _unopened, _source))
            {
                throw new InvalidOperationException("The relay does not know the id that it has issued.");
            }
        }

        // What the driver still gathers is less than a run.
        long sent = _sentBeside() - before;
        return sent > 0 ? sent : throw new InvalidOperationException("Nothing went on beside the session.");
    }

    [Benchmark]
    public int Name() => Through(_near, _far);

    /// <summary>The id under which the relay forwards to the receiver, as it tells the sender who asks.</summary>
    private ConnectionId AskForId()
    {
        _from.Left.Session.TrySendDatagram(_payload.AsSpan(0, RelayMessage.Forward(_receiver, new ConnectionId(1)).Write(_payload)));
        _from.Settle();
        _forwarder.Drain(_from.Now, _sender);
        _from.Settle();
        while (_from.Left.Session.TryTakeDatagram(_buffer, out int length))
        {
            if (RelayMessage.TryRead(_buffer.AsSpan(0, length), out RelayMessage answer) && answer.Type == RelayMessageType.Forwarded)
            {
                return answer.Forwarding;
            }
        }

        throw new InvalidOperationException("The relay issues no id.");
    }

    private int PassOn()
    {
        _from.Right.Attend(_from.Now);
        _forwarder.Drain(_from.Now, _sender);
        int sent = 0;
        while (_to.Left.Endpoint.TryPollTransmit(_to.Now, _buffer, out _, out _))
        {
            sent++;
        }

        return sent;
    }

    private int Through(RelayTunnel near, RelayTunnel far)
    {
        Span<byte> answer = stackalloc byte[RelayTunnel.MaxAnswer];
        int length = near.Write(_receiver, _packet, _payload);
        far.Receive(_payload.AsSpan(0, length), out RelayMessage message, answer, out int answered);
        near.Receive(answer[..answered], out _, answer, out _);
        return message.Packet.Length;
    }
}
