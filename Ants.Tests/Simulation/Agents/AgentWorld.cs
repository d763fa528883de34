using System.Net;
using Ants.Relay;
using Ants.Testing;

namespace Ants.Tests.Simulation.Agents;

/// <summary>A simulated world with relays and agents behind NATs: the product as it is, on virtual time.</summary>
internal sealed class AgentWorld : IDisposable
{
    public const int ForwardedPort = 41641;

    public static readonly NatKind Forwarded = NatKind.Symmetric with { Name = "port-forwarded" };

    private readonly Dictionary<RelayServer, RelayOptions> _relayOptions = [];
    private readonly Dictionary<SimulatedHost, RelayServer> _serving = [];
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

    public async Task StartRelayAsync() => Relay = await StartRelayAsync(RelayHost);

    public async Task<RelayServer> StartRelayAsync(SimulatedHost host, IPAddress? address = null, AgentIdentity? identity = null, params RelayAddress[] peers)
    {
        RelayOptions options = new()
        {
            Identity = identity ?? NextIdentity(),
            Listen = new IPEndPoint(address ?? host.Addresses[0], 443),
            AdvertisedHost = host.Addresses[0].ToString(),
            Network = host.Network,
        };
        foreach (RelayAddress peer in peers)
        {
            options.PeerRelays.Add(peer);
        }

        RelayServer relay = await RelayServer.StartAsync(options);
        _relayOptions[relay] = options;
        _serving.Add(host, relay);
        host.WebSockets.Listen(443, (socket, from) => _ = _serving[host].AttachAsync(socket, from.Address));
        return relay;
    }

    /// <summary>Takes the power from a relay's host.</summary>
    public async Task KillRelayAsync()
    {
        RelayHost.Kill();
        await Relay.DisposeAsync();
    }

    /// <summary>Starts the relay again, with the same key and port, and nothing in memory.</summary>
    public async Task RestartRelayAsync()
    {
        RelayHost.Restart();
        Relay = await RestartRelayAsync(Relay);
    }

    /// <summary>Starts a relay that was disposed again, with the same key and port.</summary>
    public async Task<RelayServer> RestartRelayAsync(RelayServer former)
    {
        RelayOptions options = _relayOptions[former];
        RelayServer relay = await RelayServer.StartAsync(options);
        _relayOptions[relay] = options;
        _serving[_serving.First(serving => serving.Value == former).Key] = relay;
        return relay;
    }

    /// <summary>A host behind a NAT of a kind; behind <see cref="Forwarded"/> its port is forwarded.</summary>
    public SimulatedHost AddHost(NatKind kind, string name)
    {
        SimulatedHost host = Network.AddHost(kind, name);
        if (kind == Forwarded)
        {
            host.Nat!.Forward(ForwardedPort, host, ForwardedPort);
        }

        return host;
    }

    public Task<AntsAgent> StartAgentAsync(SimulatedHost host, Action<AntsOptions>? configure = null)
    {
        AntsOptions options = new() { Identity = NextIdentity(), Network = host.Network };
        if (Relay is not null)
        {
            options.Relays.Add(Relay.Address);
        }

        if (host.Nat?.Kind == Forwarded)
        {
            options.Port = ForwardedPort;
            options.AdvertisedAddresses.Add(new IPEndPoint(host.Nat.PublicAddress, ForwardedPort));
        }

        configure?.Invoke(options);
        return AntsAgent.StartAsync(options);
    }

    /// <summary>Waits on virtual time until something holds.</summary>
    public async Task UntilAsync(Func<bool> condition, double seconds, string what)
    {
        TimeSpan end = TimeSpan.FromTicks(Network.Now.Ticks) + TimeSpan.FromSeconds(seconds);
        while (!condition())
        {
            if (TimeSpan.FromTicks(Network.Now.Ticks) > end)
            {
                throw new TimeoutException($"Within {seconds} s: {what}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), Network.Time);
        }
    }

    public Task PassAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), Network.Time);

    public Task UntilDirectAsync(AntsSession session, double seconds = 5) =>
        UntilAsync(() => session.CurrentPath.Kind == PathKind.Direct, seconds, "the session is direct");

    public AgentIdentity NextIdentity()
    {
        byte[] seed = new byte[AgentIdentity.SeedSize];
        seed[0] = _nextSeed++;
        return AgentIdentity.FromSeed(seed);
    }

    public void Dispose() => Network.Dispose();
}
