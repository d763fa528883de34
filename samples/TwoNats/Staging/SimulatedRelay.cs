using System.Net;
using Ants.Relay;
using Ants.Testing;

namespace Ants.Samples.TwoNats.Staging;

/// <summary>A relay on a host of the simulated network, which can be killed and started again with the same key.</summary>
internal sealed class SimulatedRelay(SimulatedHost host) : IAsyncDisposable
{
    // The lab's.
    private const int Port = 4433;

    private AgentIdentity? _identity;
    private RelayServer? _server;
    private IDisposable? _listening;

    public SimulatedHost Host => host;

    /// <summary>Where it is.</summary>
    public IPEndPoint EndPoint { get; } = new(host.Addresses[0], Port);

    /// <summary>Its address for agents.</summary>
    public RelayAddress Address => _server?.Address ?? throw new InvalidOperationException("The relay has not been started.");

    /// <summary>Starts it, for the first time or after it was killed. Called within the world.</summary>
    public async Task StartAsync()
    {
        _identity ??= NewIdentity();
        host.Restart();
        _server = await RelayServer.StartAsync(new RelayOptions { Identity = _identity, Listen = EndPoint, Network = host.Network });
        _listening ??= host.WebSockets.Listen(Port, (socket, from) => _ = _server.AttachAsync(socket, from.Address));
    }

    /// <summary>Takes the power away: nobody is told. Called within the world.</summary>
    public async Task KillAsync()
    {
        host.Kill();
        await _server!.DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _listening?.Dispose();
        _identity?.Dispose();
    }

    private AgentIdentity NewIdentity()
    {
        byte[] key = new byte[AgentIdentity.SeedSize];
        host.Network.Entropy.Fill(key);
        return AgentIdentity.FromSeed(key);
    }
}
