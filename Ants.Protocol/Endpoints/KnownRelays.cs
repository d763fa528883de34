using Ants.Protocol.Sessions;

namespace Ants.Protocol.Endpoints;

/// <summary>
/// This endpoint's sessions with relays. A relay forwards packets of other agents beside its own session, as they are: so a packet
/// of another session that comes from where a relay is has come over it.
/// </summary>
internal sealed class KnownRelays
{
    // A few, and never many: so they are looked through.
    private readonly List<(int Link, Session Session)> _links = [];

    /// <summary>The relay of a link is at the other end of <paramref name="session"/>, and of no other; null: of none.</summary>
    public void Set(int link, Session? session)
    {
        _links.RemoveAll(known => known.Link == link);
        if (session is not null)
        {
            _links.Add((link, session));
        }
    }

    /// <summary>From where a packet of a session with <paramref name="peer"/> has come that UDP brought from <paramref name="from"/>.</summary>
    public CarrierAddress Origin(CarrierAddress from, AgentId peer)
    {
        if (from.Kind == CarrierKind.Udp)
        {
            foreach ((int link, Session relay) in _links)
            {
                // Only where the relay has answered: its name, or a packet with a forged source, may claim the address of somebody else.
                if (relay.Paths.FindByRemote(from) is { IsUsable: true, IsAddressValidated: true })
                {
                    return IsRelay(peer) ? from : CarrierAddress.Relayed(link, peer);
                }
            }
        }

        return from;
    }

    private bool IsRelay(AgentId peer)
    {
        foreach ((_, Session relay) in _links)
        {
            if (relay.Peer == peer)
            {
                return true;
            }
        }

        return false;
    }
}
