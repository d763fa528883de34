using System.Net;
using Ants.Driving;
using Ants.Protocol;
using Ants.Protocol.Paths;
using Ants.Protocol.Relaying;
using Ants.Protocol.Wire;

namespace Ants.Relay.Forwarding;

/// <summary>
/// Moves packets from one agent to another: from session to session, or, where an agent has asked for it, from socket to socket
/// with nothing but another connection id. It holds nothing back: a packet that cannot go on now is dropped
/// and counted, and the session inside, which has congestion control of its own, notices.
/// </summary>
internal sealed class Forwarder(EndpointDriver driver, IReadOnlyDictionary<AgentId, RelayedAgent> agents, MissedPeers missed, RelayTally tally)
{
    private readonly ForwardedPaths _paths = new(driver.Endpoint.NextRandom);
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

    /// <summary>Takes a packet from the socket; false when it has no id that was issued for forwarding.</summary>
    public bool TryForward(Instant now, ReadOnlySpan<byte> packet, IPEndPoint from)
    {
        if (!PacketHeader.TryReadDestination(packet, out ConnectionId id) || !_paths.TryFind(id, out ForwardedPath? path))
        {
            return false;
        }

        RelayedAgent sender = path.From;
        if (!sender.IsAt(from))
        {
            // Somebody has seen the id, or the sender has moved, and its session will say so.
            tally.WrongSource++;
            return true;
        }

        // What came before it inside the session goes before it.
        Drain(now, sender);
        path.UsedAt = now;
        if (Admit(now, sender, path.To, packet.Length) is { } to)
        {
            Forward(now, path, to, packet);
        }

        return true;
    }

    /// <summary>The registration of an agent has ended: what it asked for goes with it.</summary>
    public void Forget(RelayedAgent gone) => _paths.Remove(gone);

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
            case TunnelEvent.Hint when message.Type == RelayMessageType.Forward && message.Agent != from.Id:
                OnForward(now, from, message);
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
        if (Admit(now, from, to, packet.Length) is { } agent)
        {
            Tunnel(now, from, agent, packet);
        }
    }

    private void Forward(Instant now, ForwardedPath path, RelayedAgent to, ReadOnlySpan<byte> packet)
    {
        Span<byte> inner = _received.AsSpan(0, packet.Length);
        packet.CopyTo(inner);
        PacketHeader.Readdress(inner, path.Inner);
        if (to.ForwardingAddress is { } address)
        {
            driver.SendDatagram(address, inner);
            Count(inner);
            tally.Unopened++;
        }
        else
        {
            Tunnel(now, path.From, to, inner);
        }
    }

    /// <summary>The agent that a packet may go to; null when the packet is dropped.</summary>
    private RelayedAgent? Admit(Instant now, RelayedAgent from, AgentId to, int length)
    {
        if (!from.MayForward(now, length))
        {
            tally.OverRate++;
            return null;
        }

        if (!agents.TryGetValue(to, out RelayedAgent? agent) || !agent.IsReachable)
        {
            OnUnreachable(now, from, to);
            return null;
        }

        return agent;
    }

    private void Tunnel(Instant now, RelayedAgent from, RelayedAgent to, ReadOnlySpan<byte> packet)
    {
        int length = to.Tunnel.Write(from.Id, packet, _forwarded);
        if (length > to.Session.MaxDatagramPayload)
        {
            tally.TooLong++;
            Hint(now, from, RelayMessage.TooBig(to.Id, to.Capacity));
        }
        else if (to.Session.TrySendDatagram(_forwarded.AsSpan(0, length)))
        {
            Count(packet);
        }
        else
        {
            tally.QueueFull++;
        }
    }

    private void Count(ReadOnlySpan<byte> packet)
    {
        tally.ForwardedPackets++;
        tally.ForwardedBytes += packet.Length;
    }

    /// <summary>
    /// An agent asks for a forwarding id. For a peer that is not here it gets none: it asks again.
    /// </summary>
    private void OnForward(Instant now, RelayedAgent from, in RelayMessage question)
    {
        if (agents.TryGetValue(question.Agent, out RelayedAgent? to) && to.IsReachable
            && _paths.Issue(now, from, question.Agent, question.Inner) is { } path)
        {
            Hint(now, from, RelayMessage.Forwarded(path.To, path.Inner, path.Id, to.Capacity));
        }
    }

    private void OnUnreachable(Instant now, RelayedAgent from, AgentId to)
    {
        tally.Unreachable++;
        missed.Note(now, to, from.Id);
        Hint(now, from, RelayMessage.Unreachable(to));
    }

    private void Hint(Instant now, RelayedAgent to, in RelayMessage hint)
    {
        if (!to.MayHint(now) || !to.TrySend(hint))
        {
            tally.HintsWithheld++;
        }
    }
}
