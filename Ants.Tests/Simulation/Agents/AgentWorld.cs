using System.Net;
using Ants.Relay;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>A simulated world with a relay and agents behind NATs: the product as it is, on virtual time.</summary>
internal sealed class AgentWorld : IDisposable
{
    private byte _nextSeed = 1;

    public AgentWorld(long seed = 1, double relayDelayMs = 10)
    {
        Network = new SimulatedNetwork(seed);
        RelayHost = Network.AddHost(name: "relay");
        Network.Delay = TimeSpan.FromMilliseconds(relayDelayMs);
    }

    public SimulatedNetwork Network { get; }

    public SimulatedHost RelayHost { get; }

    public RelayServer Relay { get; private set; } = null!;

    public async Task StartRelayAsync() => Relay = await RelayServer.StartAsync(new RelayOptions
    {
        Identity = NextIdentity(),
        Listen = new IPEndPoint(RelayHost.Addresses[0], 443),
        Network = RelayHost.Network,
    });

    public Task<AntsAgent> StartAgentAsync(SimulatedHost host, Action<AntsOptions>? configure = null)
    {
        AntsOptions options = new() { Identity = NextIdentity(), Network = host.Network };
        options.Relays.Add(Relay.Address);
        configure?.Invoke(options);
        return AntsAgent.StartAsync(options);
    }

    public void Dispose() => Network.Dispose();

    private AgentIdentity NextIdentity()
    {
        byte[] seed = new byte[AgentIdentity.SeedSize];
        seed[0] = _nextSeed++;
        return AgentIdentity.FromSeed(seed);
    }
}
