using System.Net;
using Ants.Protocol;
using Ants.Protocol.Paths;
using Ants.Protocol.Relaying;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;

namespace Ants.Agents;

/// <summary>
/// The carrier of all relayed paths over one relay, the agent's end of it. A packet travels in a DATAGRAM of the session with the relay, or, once
/// the relay has given an id for its path, beside that session: neither end of that leg has to seal and open it once more. On the driver.
/// </summary>
internal sealed class LinkTunnel(AgentCore core, RelayLink link)
{
    private readonly RelayTunnel _tunnel = new();
    private readonly ForwardingIds _forwarding = new();
    private readonly byte[] _buffer = new byte[PacketSize.MaxDatagram + RelayMessage.MaxOverhead];

    /// <summary>
    /// Takes an inner packet to a peer. A full queue drops it, as a network would. When an address is returned, the packet has been
    /// addressed for the relay that is there, and is to be sent by UDP.
    /// </summary>
    public IPEndPoint? Send(Instant now, Session session, CarrierAddress to, Span<byte> inner)
    {
        int capacity = RelayMessage.MaxPacket(session.MaxDatagramPayload);
        bool fits = inner.Length <= capacity;
        if ((!to.IsTunnelled || !fits) && TryForward(now, session, to.Peer, inner) is { } relay)
        {
            return relay;
        }

        if (fits)
        {
            session.TrySendDatagram(_buffer.AsSpan(0, _tunnel.Write(to.Peer, inner, _buffer)));
        }
        else
        {
            // The path had a way that took more, and has it no longer.
            core.Endpoint.OnCapacity(to, capacity);
        }

        return null;
    }

    /// <summary>Takes what has come: inner packets, and what the relay says of peers.</summary>
    public void ReceiveAll(Instant now, Session session)
    {
        Span<byte> answer = stackalloc byte[RelayTunnel.MaxAnswer];
        while (link.Session == session && session.TryTakeDatagram(_buffer, out int length))
        {
            TunnelEvent kind = _tunnel.Receive(_buffer.AsSpan(0, length), out RelayMessage message, answer, out int answerLength);
            if (answerLength > 0)
            {
                session.TrySendDatagram(answer[..answerLength]);
            }

            if (kind == TunnelEvent.Packet)
            {
                core.Endpoint.HandleDatagram(now, CarrierAddress.Relayed(link.Number, message.Agent), message.Packet);
            }
            else if (kind == TunnelEvent.Hint)
            {
                OnHint(now, message);
            }
        }
    }

    private void OnHint(Instant now, in RelayMessage message)
    {
        CarrierAddress peer = CarrierAddress.Relayed(link.Number, message.Agent);
        switch (message.Type)
        {
            case RelayMessageType.Unreachable:
                core.OnUnreachable(link, message.Agent);
                break;
            case RelayMessageType.Reachable:
                core.OnReachable(link, message.Agent);
                break;
            case RelayMessageType.Forwarded when _forwarding.OnForwarded(now, message.Agent, message.Inner, message.Forwarding):
            case RelayMessageType.TooBig:
                core.Endpoint.OnCapacity(peer, message.Size);
                break;
            default:
                break;
        }
    }

    /// <summary>Where a packet is to go beside the session, under the relay's id for it; null when it has none, or no UDP leads there.</summary>
    private IPEndPoint? TryForward(Instant now, Session session, AgentId peer, Span<byte> inner)
    {
        bool agreed = session.Options.Parameters.Forwards && session.Keys!.PeerParameters.Forwards;
        if (!agreed || session.Paths.Active is not { Remote.EndPoint: { } relay, SuspectSince: null }
            || !PacketHeader.TryReadDestination(inner, out ConnectionId id))
        {
            return null;
        }

        bool forwarded = _forwarding.TryGet(now, peer, id, out ConnectionId forwarding, out bool ask);
        if (ask)
        {
            RelayMessage question = RelayMessage.Forward(peer, id);
            session.TrySendDatagram(_buffer.AsSpan(0, question.Write(_buffer)));
        }

        if (!forwarded)
        {
            return null;
        }

        PacketHeader.Readdress(inner, forwarding);
        return relay;
    }
}
