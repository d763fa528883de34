using System.Net;
using System.Net.Sockets;
using Ants.Crypto;
using Ants.Nat;
using Ants.Protocol;
using Ants.Testing;

namespace Ants.Tests.Unit.Nat.Behaviour;

/// <summary>Carries out a <see cref="StunScript"/> on a host of the simulated world, without tasks.</summary>
internal sealed class ScriptRun
{
    private readonly SimulatedNetwork _network;
    private readonly StunScript _script;
    private readonly SimulatedPort[] _ports;
    private readonly SimulatedTimer _timer;

    private ScriptRun(SimulatedHost host, StunScript script, int sockets, Action<int, int>? bound)
    {
        _network = host.World;
        _script = script;
        _timer = _network.CreateTimer(OnTimeout);
        _ports = new SimulatedPort[sockets];
        for (int i = 0; i < sockets; i++)
        {
            int socket = i;
            _ports[i] = host.Bind(0, (_, payload, from) => OnDatagram(socket, payload, from));
            bound?.Invoke(i, _ports[i].LocalEndPoint.Port);
        }
    }

    private TimeSpan Now => TimeSpan.FromTicks(_network.Now.Ticks);

    /// <summary>Runs a script to its end; how many datagrams it sent.</summary>
    public static int Run(SimulatedHost host, StunScript script, int sockets, TimeSpan limit, Action<int, int>? bound = null)
    {
        ScriptRun run = new(host, script, sockets, bound);
        long before = host.Counters.Sent;
        script.Begin(run.Now);
        run.Pump();
        host.World.RunUntil(() => script.IsFinished, limit);
        Array.ForEach(run._ports, port => port.Dispose());
        return (int)(host.Counters.Sent - before);
    }

    /// <summary>What a host finds out about the NATs before it.</summary>
    public static NatBehaviour? Discover(SimulatedHost host, params IPEndPoint[] servers)
    {
        BehaviourTarget target = new(servers[0].AddressFamily, servers, [.. host.Addresses]);
        BehaviourDiscovery discovery = new(target, new Crypto.SeededEntropy(7));
        Run(host, discovery.Script, BehaviourDiscovery.Sockets, TimeSpan.FromMinutes(1), discovery.SetLocalPort);
        return discovery.Describe(DateTimeOffset.UnixEpoch);
    }

    private void OnDatagram(int socket, ReadOnlySpan<byte> payload, IPEndPoint from)
    {
        _script.TryHandle(Now, socket, payload, from);
        Pump();
    }

    private void OnTimeout()
    {
        _script.HandleTimeout(Now);
        Pump();
    }

    private void Pump()
    {
        Span<byte> buffer = stackalloc byte[StunScript.MostRequestLength];
        while (_script.TryPollTransmit(Now, buffer, out int written, out int socket, out IPEndPoint? to))
        {
            if (_ports[socket].Send(buffer[..written], to) != SocketError.Success)
            {
                _script.HandleUnreachable(Now);
            }
        }

        _timer.Set(_script.NextTimeout is { } next ? new Instant(next.Ticks) : null);
    }
}
