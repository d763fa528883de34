using System.Runtime.InteropServices;
using Ants.Protocol.Sessions;

namespace Ants.Protocol.Endpoints;

/// <summary>
/// Which sessions have a path to an address: an address that cannot be sent to concerns them, and none of the others. A relay has 20,000,
/// and when its network goes down each of them is refused at once.
/// </summary>
internal sealed class AddressTable
{
    // A session or an array of them. Nearly always one a piece: two only while a session takes the place of an older one, or where peers
    // are made to share an address.
    private readonly Dictionary<CarrierAddress, object> _users = [];

    /// <summary>Who has a path there. What happens to the table meanwhile does not change the answer.</summary>
    public ReadOnlySpan<Session> At(CarrierAddress address) => All(_users.GetValueOrDefault(address));

    /// <summary>Where paths lead through relay link <paramref name="link"/>. Looks at all: for what happens now and then.</summary>
    public CarrierAddress[] Through(int link) => [.. _users.Keys.Where(address => address.Kind == CarrierKind.Relayed && address.Link == link)];

    /// <summary>A session has a path there now. Adding it again changes nothing.</summary>
    public void Add(CarrierAddress address, Session session)
    {
        ref object? users = ref CollectionsMarshal.GetValueRefOrAddDefault(_users, address, out _);
        if (users is null)
        {
            users = session;
        }
        else if (users != session && !All(users).Contains(session))
        {
            users = (Session[])[.. All(users), session];
        }
    }

    /// <summary>A session has no path there any more.</summary>
    public void Remove(CarrierAddress address, Session session)
    {
        Session[] others = [.. All(_users.GetValueOrDefault(address)).Where(user => user != session)];
        if (others.Length == 0)
        {
            _users.Remove(address);
        }
        else
        {
            _users[address] = others.Length == 1 ? others[0] : others;
        }
    }

    private static Session[] All(object? users) => users switch
    {
        Session one => [one],
        Session[] many => many,
        _ => [],
    };
}
