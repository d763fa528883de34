using System.Net;
using Ants.Protocol.Sessions;

namespace Ants.Agents;

/// <summary>
/// The relays that an agent holds sessions with, or tries to: those of its options for good, those of invites for as long as
/// a session needs them. Changed on the driver; may be read by anybody.
/// </summary>
internal sealed class RelayLinks(AgentCore core)
{
    // Each costs the relay a registration and this agent a keepalive; sessions with more peers than that have own relays in common.
    private const int MaxGuests = 8;

    // Relays that were held once: a few times what one agent holds at once.
    private const int MaxNumbers = 256;

    private readonly Dictionary<RelayId, int> _numbers = [];
    private RelayLink[] _links = [];
    private int _lastNumber;

    public IReadOnlyList<RelayLink> All => _links;

    /// <summary>Those at which the agent is registered now.</summary>
    public IEnumerable<RelayLink> Held => _links.Where(link => link.State == RelayLinkState.Held);

    /// <summary>Whether one more relay may be used as a guest.</summary>
    public bool HasRoomForGuests => _links.Count(link => link.IsBorrowed) < MaxGuests;

    /// <summary>Those that are held and will be: not those of relays that are about to stop.</summary>
    public IEnumerable<RelayLink> Staying => _links.Where(link => link is { State: RelayLinkState.Held, IsLeaving: false });

    /// <summary>
    /// The link to a relay, made when there is none yet. One relay is held once, whatever names it has: it is the key that
    /// counts.
    /// </summary>
    public RelayLink Add(RelayAddress address, bool isBorrowed)
    {
        if (Array.Find(_links, known => known.Address.Id == address.Id) is { } link)
        {
            link.AddAddress(address);
            if (!isBorrowed && link.IsBorrowed)
            {
                link.Own();
            }

            return link;
        }

        link = new RelayLink(core, NumberOf(address.Id!.Value), address, isBorrowed);
        _links = [.. _links, link];
        link.Connect();
        return link;
    }

    public RelayLink? Find(Session session) => Array.Find(_links, link => link.Session == session);

    public RelayLink? Find(int number)
    {
        // Once a packet: a loop, since a lambda would be an allocation.
        foreach (RelayLink link in _links)
        {
            if (link.Number == number)
            {
                return link;
            }
        }

        return null;
    }

    public RelayLink? Find(RelayId relay) => Array.Find(_links, link => link.Address.Id == relay);

    /// <summary>Whether an address is that of a relay.</summary>
    public bool IsRelay(IPEndPoint address) => Array.Exists(_links, link => link.IsAt(address));

    /// <summary>Where a relay link leads.</summary>
    public IPEndPoint EndPointOf(int number) => Find(number)?.EndPoint ?? new IPEndPoint(IPAddress.None, 0);

    /// <summary>Ends the links that were made for invites which <paramref name="isNeeded"/> no longer says yes to.</summary>
    public void ReturnBorrowed(Func<RelayId, bool> isNeeded)
    {
        foreach (RelayLink link in Array.FindAll(_links, link => link.IsBorrowed && !isNeeded(link.Address.Id!.Value)))
        {
            _links = [.. _links.Where(other => other != link)];
            link.Stop(core.Now);
        }
    }

    /// <summary>Ends a link for good; whoever had a path over it has another one.</summary>
    public void Release(RelayLink link)
    {
        _links = [.. _links.Where(other => other != link)];
        link.Stop(core.Now);
        core.Publisher.OnChanged();
    }

    /// <summary>A relay that comes back has its number of before: to sessions it is the carrier that they had.</summary>
    private int NumberOf(RelayId relay)
    {
        if (!_numbers.TryGetValue(relay, out int number))
        {
            if (_numbers.Count >= MaxNumbers)
            {
                _numbers.Clear();
            }

            _numbers[relay] = number = ++_lastNumber;
        }

        return number;
    }
}
