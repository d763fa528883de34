using System.Buffers;
using System.Net;
using Ants.Driving;
using Ants.Protocol;
using Ants.Protocol.Handshake;
using Ants.Protocol.Paths;
using Ants.Protocol.Relaying;
using Ants.Protocol.Sessions;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;
using Ants.Relay;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ants.Tests.Unit.Relay;

/// <summary>The agent's end of a relay session and nothing else: what a relay sees of an agent.</summary>
internal sealed class RelayClient : IEndpointOwner, IAsyncDisposable
{
    private readonly ArrayBufferWriter<byte> _control = new();
    private readonly byte[] _buffer = new byte[PacketSize.MaxDatagram];
    private RelayControlWriter? _requests;

    public RelayClient(AntsNetwork network, AgentIdentity identity)
    {
        Driver = new EndpointDriver(network, network.Bind(new IPEndPoint(IPAddress.Any, 0)), identity, this, NullLogger.Instance);
        Driver.Start();
    }

    public EndpointDriver Driver { get; }

    public AgentId Id => Driver.Endpoint.Id;

    public Session? Session { get; private set; }

    public RelayTunnel Tunnel { get; set; } = new();

    /// <summary>Packets of other agents, in the order of their arrival.</summary>
    public List<(AgentId From, byte[] Packet)> Packets { get; } = [];

    public List<(RelayMessageType Type, AgentId Agent)> Hints { get; } = [];

    public List<TunnelEvent> Kinds { get; } = [];

    /// <summary>What the relay says of forwarding.</summary>
    public List<(RelayMessageType Type, AgentId Agent, ConnectionId Forwarding, int Size)> Sizes { get; } = [];

    /// <summary>Packets of other agents that came beside the session with the relay.</summary>
    public List<byte[]> Beside { get; } = [];

    /// <summary>All packets of other agents, whichever way they came.</summary>
    public List<byte[]> InOrder { get; } = [];

    /// <summary>What the relay says on its own stream.</summary>
    public List<RelayControlMessage> Control { get; } = [];

    public string? ControlProtocol { get; private set; }

    /// <summary>What happened to streams that are not the relay's.</summary>
    public List<StreamEvent> OwnStreams { get; } = [];

    public bool IsRegistered => Control.Any(message => message.Type == RelayControlType.Registered);

    public SessionEnd? End { get; private set; }

    public Instant? NextTimeout => null;

    public void Connect(RelayServer relay, IPEndPoint? at = null, SessionOptions? options = null) => Driver.Post(() =>
    {
        SessionOptions chosen = options ?? new SessionOptions { GateDatagrams = false };
        Session = Driver.Endpoint.Connect(relay.Id, DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch, chosen);
        IPEndPoint address = at ?? new IPEndPoint(IPAddress.Parse(relay.Address.Host), relay.Address.Port);
        Driver.Endpoint.AddVia(Driver.Now, Session, CarrierAddress.Udp(address));
    });

    public void Send(AgentId to, params byte[] packet) => Driver.Post(() =>
    {
        byte[] payload = new byte[packet.Length + RelayMessage.MaxOverhead];
        Session!.TrySendDatagram(payload.AsSpan(0, Tunnel.Write(to, packet, payload)));
    });

    public void Send(in RelayMessage message)
    {
        byte[] payload = new byte[message.Length];
        message.Write(payload);
        SendRaw(payload);
    }

    /// <summary>Sends a packet to the relay's socket as it is.</summary>
    public void SendBeside(byte[] packet) => Driver.Post(() => Driver.SendDatagram(Session!.Paths.All[0].Remote.EndPoint!, packet));

    public void SendRaw(params byte[] payload) => Driver.Post(() => Session!.TrySendDatagram(payload));

    public void Leave() => Driver.Post(() => Driver.Endpoint.Close(Driver.Now, Session!, SessionErrorCode.None, "done"));

    /// <summary>Asks something of the relay, on the agent's own stream of the relay's protocol.</summary>
    public void Ask(RelayControlMessage request) => Driver.Post(() =>
        (_requests ??= new RelayControlWriter(Session!, Driver.Endpoint)).TrySend(request));

    public void OpenStream() => Driver.Post(() =>
    {
        Session!.Streams.TryOpen(out ulong id);
        Session.Streams.SetBuffer(id, 0, new ReadOnlySequence<byte>(StreamHeader.Encode("echo/1")), completed: false);
        Driver.Endpoint.Wake(Session);
    });

    public void OnRequest(HandshakeRequest request) => Driver.Endpoint.Refuse(request, SessionErrorCode.Refused, "not a relay");

    public void OnSessionEvent(Session session, in SessionEvent e)
    {
        switch (e.Kind)
        {
            case SessionEventKind.Datagrams:
                TakeDatagrams(session);
                break;
            case SessionEventKind.Stream when StreamId.IsEven(e.Stream.Id) == Session!.Peer < Id:
                OnControl(session, e.Stream);
                break;
            case SessionEventKind.Stream when _requests?.Owns(e.Stream) == true:
                _requests.OnEvent(e.Stream);
                break;
            case SessionEventKind.Stream:
                OwnStreams.Add(e.Stream);
                break;
            case SessionEventKind.Closed when session == Session:
                End = e.End;
                break;
            default:
                break;
        }
    }

    public bool TrySendVia(Instant now, CarrierAddress to, Span<byte> datagram, out IPEndPoint? onward)
    {
        onward = null;
        return false;
    }

    public bool TryForward(Instant now, ReadOnlySpan<byte> packet, IPEndPoint from)
    {
        // The relay's own packets are of the ids that this end has chosen.
        bool own = !PacketHeader.TryReadDestination(packet, out ConnectionId id) || Session is null || Session.Keys is not { } keys
            || id == keys.Local.First.Id || id == keys.Local.Probe.Id;
        if (!own)
        {
            Beside.Add(packet.ToArray());
            InOrder.Add(packet.ToArray());
        }

        return !own;
    }

    public bool TryHandleOther(ReadOnlySpan<byte> datagram, IPEndPoint from) => false;

    public void HandleTimeout(Instant now)
    {
    }

    public ValueTask DisposeAsync() => Driver.DisposeAsync();

    private void TakeDatagrams(Session session)
    {
        Span<byte> answer = stackalloc byte[RelayTunnel.MaxAnswer];
        while (session.TryTakeDatagram(_buffer, out int length))
        {
            TunnelEvent kind = Tunnel.Receive(_buffer.AsSpan(0, length), out RelayMessage message, answer, out int answerLength);
            Kinds.Add(kind);
            if (answerLength > 0)
            {
                session.TrySendDatagram(answer[..answerLength]);
            }

            if (kind == TunnelEvent.Packet)
            {
                Packets.Add((message.Agent, message.Packet.ToArray()));
                InOrder.Add(message.Packet.ToArray());
            }
            else if (kind == TunnelEvent.Hint && message.Type >= RelayMessageType.Forward)
            {
                Sizes.Add((message.Type, message.Agent, message.Forwarding, message.Size));
            }
            else if (kind == TunnelEvent.Hint)
            {
                Hints.Add((message.Type, message.Agent));
            }
        }
    }

    private void OnControl(Session session, in StreamEvent e)
    {
        if (e.Kind == StreamEventKind.Opened)
        {
            session.Streams.Attach(e.Id, _control);
            return;
        }

        ReadOnlySequence<byte> rest = new(_control.WrittenMemory);
        if (StreamHeader.Read(rest, out string? protocol, out int header) != ReadStatus.Complete)
        {
            return;
        }

        ControlProtocol = protocol;
        Control.Clear();
        rest = rest.Slice(header);
        while (RelayControlMessage.Read(rest, out RelayControlMessage message, out long length) == ReadStatus.Complete)
        {
            Control.Add(message);
            rest = rest.Slice(length);
        }
    }
}
