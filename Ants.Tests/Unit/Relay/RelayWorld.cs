using System.Net;
using Ants.Protocol.Sessions;
using Ants.Relay;
using Ants.Testing;
using KnownAgents = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Unit.Relay;

/// <summary>A relay in a simulated world, and agents that come to it.</summary>
internal sealed class RelayWorld : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly Action<RelayOptions>? _configure;
    private readonly SimulatedHost _relayHost;

    public RelayWorld(Action<RelayOptions>? configure = null)
    {
        _configure = configure;
        _relayHost = Network.AddHost(name: "relay");
        Relay = StartRelay();
    }

    public SimulatedNetwork Network { get; } = new();

    public RelayServer Relay { get; private set; }

    public RelayCounters Counters => Relay.Counters;

    public RelayClient Agent(byte number) => Agent(KnownAgents.FromByte(number));

    public RelayClient Agent(AgentIdentity identity, SessionOptions? options = null)
    {
        RelayClient client = Silent(identity);
        client.Connect(Relay, options: options);
        return client;
    }

    /// <summary>An agent that has a socket and has not called yet.</summary>
    public RelayClient Silent(AgentIdentity identity) => Network.Run(() => Task.FromResult(new RelayClient(Network.AddHost().Network, identity)));

    public RelayClient Registered(byte number)
    {
        RelayClient client = Agent(number);
        Until(() => client.IsRegistered);
        return client;
    }

    public void Until(Func<bool> condition) => Network.RunUntil(condition, s_limit);

    public void For(double seconds) => Network.RunFor(TimeSpan.FromSeconds(seconds));

    public void StopRelay() => Network.Run(() => Relay.DisposeAsync().AsTask());

    public void RestartRelay() => Relay = StartRelay();

    public void Dispose()
    {
        StopRelay();
        Network.Dispose();
    }

    private RelayServer StartRelay()
    {
        RelayOptions options = new()
        {
            Identity = KnownAgents.FromByte(0x77),
            Listen = new IPEndPoint(_relayHost.Addresses[0], 443),
            Network = _relayHost.Network,
        };
        _configure?.Invoke(options);
        return Network.Run(() => RelayServer.StartAsync(options));
    }
}
