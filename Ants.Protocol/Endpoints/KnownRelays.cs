using System.Net;

namespace Ants.Protocol.Endpoints;

/// <summary>
/// Where this endpoint's relays send from. A relay forwards packets of other agents beside its own session, as they are: so a packet
/// of another session that comes from there has come over the relay.
/// </summary>
internal sealed class KnownRelays
{
    private readonly Dictionary<IPEndPoint, (int Link, AgentId Relay)> _byAddress = [];
    private IPEndPoint? _last;
    private (int Link, AgentId Relay)? _lastFound;

    /// <summary>The relay of a link sends from these addresses, and from no others.</summary>
    public void Set(int link, AgentId relay, IEnumerable<IPEndPoint> addresses)
    {
        foreach (IPEndPoint before in _byAddress.Where(known => known.Value.Link == link).Select(known => known.Key).ToArray())
        {
            _byAddress.Remove(before);
        }

        foreach (IPEndPoint address in addresses)
        {
            _byAddress[address] = (link, relay);
        }

        _last = null;
    }

    /// <summary>From where a packet of a session with <paramref name="peer"/> has come that UDP brought from <paramref name="from"/>.</summary>
    public CarrierAddress Origin(CarrierAddress from, AgentId peer)
    {
        if (_byAddress.Count == 0 || from.EndPoint is not { } address)
        {
            return from;
        }

        if (!ReferenceEquals(address, _last))
        {
            // Packets come in runs from one address, and the socket gives one object for it.
            _last = address;
            _lastFound = _byAddress.TryGetValue(address, out (int Link, AgentId Relay) found) ? found : null;
        }

        return _lastFound is { } relay && relay.Relay != peer ? CarrierAddress.Relayed(relay.Link, peer) : from;
    }
}
