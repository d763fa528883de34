using System.Net;
using System.Net.Sockets;
using Ants.Protocol;
using Ants.Testing.Clock;

namespace Ants.Testing.Fabric;

/// <summary>
/// A NAT's mappings and forwarded ports. Over IPv6 nothing is translated, but the same table decides who gets in: a
/// mapping there has its internal end point on both sides.
/// </summary>
internal sealed class NatTable
{
    private readonly Dictionary<NatKey, NatEntry> _byInside = [];
    private readonly Dictionary<Endpoint, NatEntry> _byOutside = [];
    private readonly Dictionary<Endpoint, NatEntry> _forwardsByInside = [];
    private readonly Dictionary<int, NatEntry> _forwardsByPort = [];
    private readonly Dictionary<Endpoint, NatEntry> _pinholes = [];
    private readonly HashSet<int> _retired = [];
    private readonly NatKind _kind;
    private readonly NatPorts _ports;

    /// <summary>An empty table.</summary>
    public NatTable(NatKind kind, Prng random)
    {
        _kind = kind;
        _ports = new NatPorts(kind.PortAllocation, random);
    }

    /// <summary>The mappings that stand, in the order of their making.</summary>
    public IEnumerable<NatEntry> Live(Instant now) => _byInside.Values.Where(entry => entry.IsLive(now));

    /// <summary>The mapping for a datagram on its way out, made if need be; <see langword="null"/> when no port is left.</summary>
    public NatEntry? Outbound(Endpoint inside, Endpoint remote, IPAddress publicAddress, Instant now)
    {
        // An answer to what came in through a forwarded port goes out through it, as a connection tracker has it.
        if (_forwardsByInside.TryGetValue(inside, out NatEntry? forward) && forward.HasSentTo(remote, now))
        {
            forward.NoteOutbound(remote, now);
            return forward;
        }

        bool isTranslated = inside.Address.AddressFamily == AddressFamily.InterNetwork;
        NatKey key = NatKey.For(isTranslated ? _kind.Mapping : NatMapping.EndpointIndependent, inside, remote);
        if (!_byInside.TryGetValue(key, out NatEntry? entry) || !entry.IsLive(now))
        {
            Forget(key);
            entry = isTranslated ? Translate(inside, publicAddress, now) : new NatEntry(inside, inside, _kind);
            if (entry is null)
            {
                return null;
            }

            _byInside[key] = entry;
            _byOutside[entry.Outside] = entry;
        }

        entry.NoteOutbound(remote, now);
        return entry;
    }

    /// <summary>Where a datagram that comes in goes; the reason when it does not get in.</summary>
    public DropReason Inbound(Endpoint outside, Endpoint remote, Instant now, out Endpoint inside)
    {
        inside = default;
        if (FindForward(outside) is NatEntry forward)
        {
            forward.NoteOutbound(remote, now);
            inside = forward.Inside;
            return DropReason.None;
        }

        if (!_byOutside.TryGetValue(outside, out NatEntry? entry) || !entry.IsLive(now))
        {
            return DropReason.NatUnmapped;
        }

        if (!entry.Admits(remote, now))
        {
            return DropReason.NatFiltered;
        }

        entry.NoteInbound(remote, now);
        inside = entry.Inside;
        return DropReason.None;
    }

    /// <summary>The end point behind an external one, whoever may use it; touches nothing.</summary>
    public bool TryPeek(Endpoint outside, out Endpoint inside)
    {
        NatEntry? entry = FindForward(outside) ?? _byOutside.GetValueOrDefault(outside);
        inside = entry?.Inside ?? default;
        return entry is not null;
    }

    /// <summary>Forwards an external port to an end point behind the NAT.</summary>
    public void Forward(int port, Endpoint inside)
    {
        // Every remote that has come in is noted by its address and port, whatever the NAT's own filtering.
        NatEntry entry = new(inside, new Endpoint(IPAddress.Any, port), _kind with
        {
            Filtering = NatFiltering.AddressAndPortDependent,
        });
        _forwardsByPort[port] = entry;
        _forwardsByInside[inside] = entry;
    }

    /// <summary>Ends the forwarding of an external port.</summary>
    public void Unforward(int port)
    {
        if (_forwardsByPort.Remove(port, out NatEntry? entry))
        {
            _forwardsByInside.Remove(entry.Inside);
        }
    }

    /// <summary>Whether an external port is forwarded.</summary>
    public bool IsForwarded(int port) => _forwardsByPort.ContainsKey(port);

    /// <summary>Lets everybody in to an end point over IPv6.</summary>
    public void Open(Endpoint inside) => _pinholes[inside] = new NatEntry(inside, inside, _kind with { Filtering = NatFiltering.EndpointIndependent });

    /// <summary>Takes that back.</summary>
    public void Close(Endpoint inside) => _pinholes.Remove(inside);

    /// <summary>Forgets all mappings; forwarded ports stay. Unless told otherwise no old port is given again.</summary>
    public void Clear(bool reusePorts)
    {
        if (!reusePorts)
        {
            _retired.UnionWith(_byOutside.Keys.Select(outside => outside.Port));
        }

        _byInside.Clear();
        _byOutside.Clear();
    }

    private NatEntry? Translate(Endpoint inside, IPAddress publicAddress, Instant now)
    {
        int port = _ports.Choose(inside.Port, port => IsFree(new Endpoint(publicAddress, port), now));
        return port == 0 ? null : new NatEntry(inside, new Endpoint(publicAddress, port), _kind);
    }

    private NatEntry? FindForward(Endpoint outside) => outside.Address.AddressFamily == AddressFamily.InterNetwork
        ? _forwardsByPort.GetValueOrDefault(outside.Port)
        : _pinholes.GetValueOrDefault(outside);

    private bool IsFree(Endpoint outside, Instant now) =>
        !_forwardsByPort.ContainsKey(outside.Port)
        && !_retired.Contains(outside.Port)
        && !(_byOutside.TryGetValue(outside, out NatEntry? entry) && entry.IsLive(now));

    private void Forget(NatKey key)
    {
        if (_byInside.Remove(key, out NatEntry? entry) && _byOutside.GetValueOrDefault(entry.Outside) == entry)
        {
            _byOutside.Remove(entry.Outside);
        }
    }
}
