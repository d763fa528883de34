using Ants.Protocol.Relaying;

namespace Ants.Tests.Unit.Protocol.Relaying;

/// <summary>Short ways to use one end of a tunnel.</summary>
internal static class RelayTunnelSteps
{
    public static byte[] Send(this RelayTunnel tunnel, AgentId agent, byte[] packet)
    {
        byte[] payload = new byte[packet.Length + RelayMessage.MaxOverhead];
        return payload[..tunnel.Write(agent, packet, payload)];
    }

    public static (AgentId Agent, TunnelEvent Kind) Take(this RelayTunnel tunnel, byte[] payload, out byte[] answer)
    {
        byte[] buffer = new byte[RelayTunnel.MaxAnswer];
        TunnelEvent kind = tunnel.Receive(payload, out RelayMessage message, buffer, out int length);
        answer = buffer[..length];
        return (message.Agent, kind);
    }
}
