using System.Net;
using System.Net.Sockets;
using Ants.Nat;

namespace Ants.Testing.Fabric;

/// <summary>The mappings that a router holds on request, and their ends.</summary>
internal sealed class RouterLeases(SimulatedNetwork network, SimulatedRouter router, NatTable table)
{
    private readonly List<SimulatedLease> _all = [];

    public IReadOnlyCollection<SimulatedLease> All => _all.AsReadOnly();

    public SimulatedLease? Find(IPEndPoint inside) => _all.Find(lease => lease.Internal.Equals(inside));

    public SimulatedLease? Find(int port) => _all.Find(lease => lease.ExternalPort == port && lease.Internal.AddressFamily == AddressFamily.InterNetwork);

    /// <summary>Grants a mapping, or renews it.</summary>
    /// <returns>The lease; null when another host has the port.</returns>
    public SimulatedLease? Grant(PortMappingProtocols protocol, IPEndPoint inside, int wantedPort, uint seconds, string id, bool insists)
    {
        SimulatedLease? known = Find(inside);
        int port = router.GrantedPort ?? known?.ExternalPort ?? wantedPort;
        bool isV4 = inside.AddressFamily == AddressFamily.InterNetwork;
        while (isV4 && known is null && router.GrantedPort is null && table.IsForwarded(port))
        {
            if (insists)
            {
                return null;
            }

            port++;
        }

        if (known is not null)
        {
            _all.Remove(known);
        }

        uint lifetime = router.GrantedLifetime ?? seconds;
        SimulatedLease lease = new(protocol, inside, port, lifetime == 0 ? null : network.Now + TimeSpan.FromSeconds(lifetime), id);
        _all.Add(lease);
        if (isV4)
        {
            table.Forward(port, Endpoint.From(inside));
        }
        else
        {
            table.Open(Endpoint.From(inside));
        }

        router.Log.Add($"{protocol} {(known is null ? "added" : "renewed")} {port} to {inside} for {lifetime} s");
        if (lease.Expiry is { } end)
        {
            network.Schedule(end, () => Expire(lease));
        }

        return lease;
    }

    public void Remove(SimulatedLease lease)
    {
        if (_all.Remove(lease))
        {
            Undo(lease);
            router.Log.Add($"{lease.Protocol} removed {lease.ExternalPort} to {lease.Internal}");
        }
    }

    public void Clear()
    {
        _all.ForEach(Undo);
        _all.Clear();
    }

    private void Expire(SimulatedLease lease)
    {
        if (_all.Contains(lease))
        {
            router.Log.Add($"{lease.Protocol} expired {lease.ExternalPort} to {lease.Internal}");
            _all.Remove(lease);
            Undo(lease);
        }
    }

    private void Undo(SimulatedLease lease)
    {
        if (lease.Internal.AddressFamily == AddressFamily.InterNetwork)
        {
            table.Unforward(lease.ExternalPort);
        }
        else
        {
            table.Close(Endpoint.From(lease.Internal));
        }
    }
}
