using Ants.Protocol;
using Ants.Protocol.Paths;
using Ants.Protocol.Relaying;

namespace Ants.Relay.Forwarding;

/// <summary>
/// Moves packets from one agent's session to another's. It holds nothing back: a packet that cannot go on now is dropped
/// and counted, and the session inside, which has congestion control of its own, notices.
/// </summary>
internal sealed class Forwarder(IReadOnlyDictionary<AgentId, RelayedAgent> agents, MissedPeers missed, RelayTally tally)
{
    private readonly byte[] _received = new byte[PacketSize.MaxDatagram];
    private readonly byte[] _forwarded = new byte[PacketSize.MaxDatagram + RelayMessage.MaxOverhead];

    /// <summary>Takes everything that has come from an agent.</summary>
    public void Drain(Instant now, RelayedAgent from)
    {
        while (from.Session.TryTakeDatagram(_received, out int length))
        {
            Handle(now, from, _received.AsSpan(0, length));
        }
    }

    /// <summary>Tells those who wanted an agent in vain that it is there.</summary>
    public void AnnounceArrival(Instant now, AgentId arrived)
    {
        foreach (AgentId asker in missed.Take(now, arrived))
        {
            if (agents.TryGetValue(asker, out RelayedAgent? waiting))
            {
                waiting.TrySend(RelayMessage.Reachable(arrived));
            }
        }
    }

    /// <summary>
    /// An agent is gone without a goodbye, or has come anew: who was in touch with it is to hear when it is there. A session
    /// that is silent has no other way to learn that its peer has restarted.
    /// </summary>
    public void RememberContacts(Instant now, RelayedAgent gone)
    {
        foreach (AgentId contact in gone.Tunnel.Contacts.Take(MissedPeers.MaxPerWanted))
        {
            missed.Note(now, gone.Id, contact);
        }
    }

    private void Handle(Instant now, RelayedAgent from, ReadOnlySpan<byte> payload)
    {
        Span<byte> answer = stackalloc byte[RelayTunnel.MaxAnswer];
        TunnelEvent kind = from.Tunnel.Receive(payload, out RelayMessage message, answer, out int answerLength);
        if (answerLength > 0)
        {
            // A full queue drops it like any other: the sender will name or ask again.
            from.Session.TrySendDatagram(answer[..answerLength]);
        }

        switch (kind)
        {
            case TunnelEvent.Packet when message.Agent != from.Id:
                Forward(now, from, message.Agent, message.Packet);
                break;
            case TunnelEvent.UnknownAlias:
                tally.UnknownAlias++;
                break;
            case TunnelEvent.None:
                break;
            default:
                tally.Malformed++;
                break;
        }
    }

    private void Forward(Instant now, RelayedAgent from, AgentId to, ReadOnlySpan<byte> packet)
    {
        if (!from.MayForward(now, packet.Length))
        {
            tally.OverRate++;
            return;
        }

        if (!agents.TryGetValue(to, out RelayedAgent? agent) || !agent.IsReachable)
        {
            OnUnreachable(now, from, to);
            return;
        }

        int length = agent.Tunnel.Write(from.Id, packet, _forwarded);
        if (length > agent.Session.MaxDatagramPayload)
        {
            tally.TooLong++;
        }
        else if (!agent.Session.TrySendDatagram(_forwarded.AsSpan(0, length)))
        {
            tally.QueueFull++;
        }
        else
        {
            tally.ForwardedPackets++;
            tally.ForwardedBytes += packet.Length;
        }
    }

    private void OnUnreachable(Instant now, RelayedAgent from, AgentId to)
    {
        tally.Unreachable++;
        missed.Note(now, to, from.Id);
        if (!from.MayHint(now) || !from.TrySend(RelayMessage.Unreachable(to)))
        {
            tally.HintsWithheld++;
        }
    }
}
