using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Ants.Sockets;

/// <summary>
/// Turns destinations into the socket addresses of one socket's family, without allocating for those used before.
/// Safe for use from several threads.
/// </summary>
internal sealed class DestinationAddressCache(AddressFamily family, bool dualMode)
{
    // As many as the senders that are remembered: the same agents and relays.
    private const int MaxEntries = 1024;

    private readonly ConcurrentDictionary<IPEndPoint, SocketAddress> _known = new();

    /// <summary>The address to send to; <see langword="null"/> when this socket does not speak the destination's family.</summary>
    public SocketAddress? Resolve(IPEndPoint destination)
    {
        if (_known.TryGetValue(destination, out SocketAddress? address))
        {
            return address;
        }

        IPEndPoint? own = ToFamily(destination);
        if (own is null)
        {
            return null;
        }

        if (_known.Count >= MaxEntries)
        {
            _known.Clear();
        }

        // An IPEndPoint can be changed by its owner: the key is a copy.
        return _known.GetOrAdd(new IPEndPoint(destination.Address, destination.Port), own.Serialize());
    }

    private IPEndPoint? ToFamily(IPEndPoint destination)
    {
        if (destination.AddressFamily == family)
        {
            return destination;
        }

        return dualMode && destination.AddressFamily == AddressFamily.InterNetwork
            ? new IPEndPoint(destination.Address.MapToIPv6(), destination.Port)
            : null;
    }
}
