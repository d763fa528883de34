using System.Net;
using System.Net.Sockets;

namespace Ants.Sockets;

/// <summary>
/// Turns the socket addresses of received datagrams into end points, without allocating for senders seen before.
/// IPv4-mapped IPv6 addresses come out as IPv4. Not thread-safe: it belongs to one receive loop.
/// </summary>
internal sealed class SourceAddressCache
{
    // An agent hears from a few relays and peers, a relay from many; beyond this the cache starts anew, so that
    // spoofed senders cost an allocation each and no lasting memory.
    private const int MaxEntries = 1024;

    private static readonly IPEndPoint s_factory4 = new(IPAddress.Any, 0);
    private static readonly IPEndPoint s_factory6 = new(IPAddress.IPv6Any, 0);

    private readonly Dictionary<SocketAddress, Entry> _known = [];
    private Entry? _last;

    /// <summary>
    /// The end point of an address, whose object the caller may overwrite afterwards; <see langword="null"/> for a family
    /// that is not IP.
    /// </summary>
    public IPEndPoint? Resolve(SocketAddress address)
    {
        // Datagrams come in runs from one sender.
        if (_last is not null && address.Equals(_last.Address))
        {
            return _last.EndPoint;
        }

        if (!_known.TryGetValue(address, out Entry? entry))
        {
            if (Convert(address) is not IPEndPoint endPoint)
            {
                return null;
            }

            entry = Remember(new Entry(Copy(address), endPoint));
        }

        _last = entry;
        return entry.EndPoint;
    }

    private Entry Remember(Entry entry)
    {
        if (_known.Count >= MaxEntries)
        {
            _known.Clear();
        }

        _known.Add(entry.Address, entry);
        return entry;
    }

    private static SocketAddress Copy(SocketAddress address)
    {
        SocketAddress copy = new(address.Family, address.Size);
        address.Buffer.Span[..address.Size].CopyTo(copy.Buffer.Span);
        return copy;
    }

    private static IPEndPoint? Convert(SocketAddress address)
    {
        IPEndPoint? factory = address.Family switch
        {
            AddressFamily.InterNetwork => s_factory4,
            AddressFamily.InterNetworkV6 => s_factory6,
            _ => null,
        };
        if (factory?.Create(address) is not IPEndPoint endPoint)
        {
            return null;
        }

        return endPoint.Address.IsIPv4MappedToIPv6
            ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port)
            : endPoint;
    }

    private sealed record Entry(SocketAddress Address, IPEndPoint EndPoint);
}
