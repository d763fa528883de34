using System.Net;
using System.Net.Sockets;
using Ants.Testing.Clock;

namespace Ants.Testing.Fabric;

/// <summary>The bound ports of a host.</summary>
internal sealed class PortTable(SimulatedHost host, Prng random)
{
    // The dynamic ports of RFC 6335 section 6.
    private const int FirstDynamic = 49152;
    private const int LastDynamic = 65535;

    private readonly Dictionary<int, List<PortBinding>> _byPort = [];

    /// <summary>All bound ports.</summary>
    public IEnumerable<PortBinding> All => _byPort.Values.SelectMany(bindings => bindings);

    /// <summary>Binds an address and port; port zero means any that is free.</summary>
    /// <exception cref="SocketException">The port is taken, or the host does not have the address.</exception>
    public PortBinding Bind(IPEndPoint local, IPacketSink sink)
    {
        Endpoint wanted = Endpoint.From(local);
        bool isWildcard = wanted.Address.Equals(IPAddress.Any) || wanted.Address.Equals(IPAddress.IPv6Any);
        if (host.IsDead || (!isWildcard && !host.IsOwn(wanted.Address)))
        {
            throw new SocketException((int)(host.IsDead ? SocketError.NetworkDown : SocketError.AddressNotAvailable));
        }

        PortBinding binding = new(host, wanted.Address, wanted.Port == 0 ? ChooseFree() : wanted.Port, sink);
        List<PortBinding> bindings = _byPort.TryGetValue(binding.LocalEndPoint.Port, out List<PortBinding>? known) ? known : [];
        if (bindings.Exists(other => isWildcard || other.Covers(wanted.Address)))
        {
            throw new SocketException((int)SocketError.AddressAlreadyInUse);
        }

        bindings.Add(binding);
        _byPort[binding.LocalEndPoint.Port] = bindings;
        return binding;
    }

    /// <summary>What is bound to an address and port, or <see langword="null"/>.</summary>
    public PortBinding? Find(Endpoint destination)
    {
        if (_byPort.TryGetValue(destination.Port, out List<PortBinding>? bindings))
        {
            foreach (PortBinding binding in bindings)
            {
                if (binding.Covers(destination.Address))
                {
                    return binding;
                }
            }
        }

        return null;
    }

    /// <summary>Unbinds one.</summary>
    public void Remove(PortBinding binding)
    {
        int port = binding.LocalEndPoint.Port;
        if (_byPort.TryGetValue(port, out List<PortBinding>? bindings) && bindings.Remove(binding) && bindings.Count == 0)
        {
            _byPort.Remove(port);
        }
    }

    /// <summary>Unbinds all for good: their host was killed.</summary>
    public void Kill()
    {
        foreach (PortBinding binding in All)
        {
            binding.IsDead = true;
        }

        _byPort.Clear();
    }

    private int ChooseFree()
    {
        int range = LastDynamic - FirstDynamic + 1;
        int start = (int)random.Below(range);
        for (int i = 0; i < range; i++)
        {
            int port = FirstDynamic + ((start + i) % range);
            if (!_byPort.ContainsKey(port))
            {
                return port;
            }
        }

        throw new SocketException((int)SocketError.AddressAlreadyInUse);
    }
}
