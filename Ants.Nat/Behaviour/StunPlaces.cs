using System.Net;

namespace Ants.Nat;

/// <summary>A STUN server that answered, and the other places at which it says that it answers too, as far as they can be true.</summary>
/// <param name="Main">Where it was asked.</param>
/// <param name="OtherPort">The same address, another port.</param>
/// <param name="OtherAddress">Another address, the same port.</param>
/// <param name="OtherBoth">Both.</param>
internal sealed record StunPlaces(IPEndPoint Main, IPEndPoint? OtherPort, IPEndPoint? OtherAddress, IPEndPoint? OtherBoth)
{
    /// <summary>The other places.</summary>
    public IEnumerable<IPEndPoint> Others => new[] { OtherPort, OtherAddress, OtherBoth }.OfType<IPEndPoint>();

    /// <summary>
    /// What an answer tells. A server may lie: its other address must be one that anybody may be asked to send to, and no more private than the
    /// server's own, or servers could aim requests at hosts of our network.
    /// </summary>
    public static StunPlaces From(StunResult result)
    {
        IPEndPoint main = result.Server;
        IPEndPoint? told = result.OtherAddress;
        CandidateFilter filter = CandidateFilter.Peer with { AllowLoopback = IPAddress.IsLoopback(main.Address) };
        if (told is not null && told.AddressFamily == main.AddressFamily && told.Port != main.Port && !told.Address.Equals(main.Address)
            && filter.Check(told) == CandidateRefusal.None && AddressScopes.Of(told.Address) == AddressScopes.Of(main.Address))
        {
            return new StunPlaces(main, new IPEndPoint(main.Address, told.Port), new IPEndPoint(told.Address, main.Port), told);
        }

        // Some servers with one address say OTHER-ADDRESS all the same.
        int port = told is not null && told.Address.Equals(main.Address) ? told.Port : result.OtherPort;
        return new StunPlaces(main, port == 0 || port == main.Port ? null : new IPEndPoint(main.Address, port), null, null);
    }
}
