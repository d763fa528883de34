using System.Net;
using Ants.Protocol.Sessions;

namespace Ants.Agents;

/// <summary>
/// The relays that an agent holds sessions with, or tries to: those of its options for good, those of invites for as long as
/// a session needs them. Changed on the driver; may be read by anybody.
/// </summary>
internal sealed class RelayLinks(AgentCore core)
{
    private RelayLink[] _links = [];
    private int _lastNumber;

    public IReadOnlyList<RelayLink> All => _links;

    /// <summary>Those at which the agent is registered now.</summary>
    public IEnumerable<RelayLink> Held => _links.Where(link => link.State == RelayLinkState.Held);

    /// <summary>
    /// The link to a relay, made when there is none yet. One relay is held once, whatever names it has: it is the key that
    /// counts.
    /// </summary>
    public RelayLink Add(RelayAddress address, bool isBorrowed)
    {
        if (Array.Find(_links, known => known.Address.Id == address.Id) is { } link)
        {
            link.AddAddress(address);
            return link;
        }

        link = new RelayLink(core, ++_lastNumber, address, isBorrowed);
        _links = [.. _links, link];
        link.Connect();
        return link;
    }

    public RelayLink? Find(Session session) => Array.Find(_links, link => link.Session == session);

    public RelayLink? Find(int number) => Array.Find(_links, link => link.Number == number);

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
}
