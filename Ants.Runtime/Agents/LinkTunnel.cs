using Ants.Protocol;
using Ants.Protocol.Paths;
using Ants.Protocol.Relaying;
using Ants.Protocol.Sessions;

namespace Ants.Agents;

/// <summary>The agent's end of the tunnel through one relay session: the carrier of all relayed paths over that relay. On the driver.</summary>
internal sealed class LinkTunnel(AgentCore core, RelayLink link)
{
    private readonly RelayTunnel _tunnel = new();
    private readonly byte[] _buffer = new byte[PacketSize.MaxDatagram];

    /// <summary>Takes an inner packet to <paramref name="peer"/>. A full queue drops it, as a network would.</summary>
    public void Send(Session session, AgentId peer, ReadOnlySpan<byte> inner)
    {
        int length = _tunnel.Write(peer, inner, _buffer);
        session.TrySendDatagram(_buffer.AsSpan(0, length));
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
            else if (kind == TunnelEvent.Hint && message.Type == RelayMessageType.Unreachable)
            {
                core.OnUnreachable(link, message.Agent);
            }
            else if (kind == TunnelEvent.Hint)
            {
                core.OnReachable(link, message.Agent);
            }
        }
    }
}
