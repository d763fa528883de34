using Ants.Protocol.Relaying;
using Ants.Protocol.Sessions;

namespace Ants.Protocol.Endpoints;

/// <summary>
/// What carriers take: how large a packet, and whether any more for now. A carrier may always drop, as a network would; one that can say
/// that it is full need not: sessions leave their bytes where they are, so that nothing is lost, and nothing waits in line that could
/// still be sent by another way.
/// </summary>
internal sealed class CarrierLimits(SessionSchedule schedule)
{
    // Those that are full, and who waits for them.
    private readonly Dictionary<CarrierAddress, HashSet<Session>> _waiting = [];
    private readonly Dictionary<int, Session> _tunnels = [];

    // Most carriers are full again as soon as they have room: the set of the last one serves the next.
    private HashSet<Session>? _spare;

    /// <summary>
    /// Whether data of <paramref name="session"/> for <paramref name="carrier"/> should wait. If so, the session is woken when there is room.
    /// A relayed carrier is as full as what its relay session travels over.
    /// </summary>
    public bool IsFull(Session session, CarrierAddress carrier)
    {
        // Once a packet.
        if (_waiting.Count == 0)
        {
            return false;
        }

        if (carrier.Kind == CarrierKind.Relayed)
        {
            if (!_tunnels.TryGetValue(carrier.Link, out Session? tunnel) || tunnel.Paths.Active is not { } active)
            {
                return false;
            }

            carrier = active.Remote;
        }

        if (!_waiting.TryGetValue(carrier, out HashSet<Session>? sessions))
        {
            return false;
        }

        sessions.Add(session);
        return true;
    }

    /// <summary>
    /// The largest packet that goes by a relayed carrier whose relay session is on a WebSocket, in bytes. Null for all others: what those
    /// carry, their paths find out, or the relay says.
    /// </summary>
    public int? Capacity(CarrierAddress carrier) =>
        carrier.Kind == CarrierKind.Relayed && _tunnels.TryGetValue(carrier.Link, out Session? tunnel)
            && tunnel.Paths.Active is { Remote.Kind: CarrierKind.WebSocket }
                ? RelayMessage.MaxPacket(tunnel.MaxDatagramPayload)
                : null;

    /// <summary>A carrier has as much as it should hold.</summary>
    public void OnFull(CarrierAddress carrier)
    {
        if (_waiting.TryAdd(carrier, _spare ?? []))
        {
            _spare = null;
        }
    }

    /// <summary>A carrier wants more, or is over.</summary>
    public void OnRoom(CarrierAddress carrier)
    {
        if (_waiting.Remove(carrier, out HashSet<Session>? sessions))
        {
            WakeAll(sessions);
            sessions.Clear();
            _spare = sessions;
        }
    }

    /// <summary>Packets by relay link <paramref name="link"/> travel in DATAGRAMs of <paramref name="session"/>, whose way is another one now.</summary>
    public void OnTunnelPath(int link, Session session)
    {
        _tunnels[link] = session;
        foreach (HashSet<Session> sessions in _waiting.Values)
        {
            WakeAll(sessions);
        }
    }

    /// <summary>A session is over.</summary>
    public void Remove(Session session)
    {
        foreach (HashSet<Session> sessions in _waiting.Values)
        {
            sessions.Remove(session);
        }

        foreach ((int link, Session tunnel) in _tunnels)
        {
            if (tunnel == session)
            {
                _tunnels.Remove(link);
            }
        }
    }

    private void WakeAll(HashSet<Session> sessions)
    {
        foreach (Session session in sessions)
        {
            schedule.Wake(session);
        }
    }
}
