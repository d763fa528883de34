using System.Net;

namespace Ants.Relay.Hosting;

/// <summary>A relay as a process runs it: UDP, and HTTPS on the TCP port of the same number.</summary>
internal sealed class RelayHost : IAsyncDisposable
{
    // With port 0 the system picks a port that is free by UDP. That it is taken by TCP is rare; eight times in a row is not chance.
    private const int MaxAttempts = 8;

    private readonly WebEndpoint _web;

    private RelayHost(RelayServer server, WebEndpoint web)
    {
        Server = server;
        _web = web;
    }

    public RelayServer Server { get; }

    /// <summary>Starts both; they serve when the task has completed.</summary>
    /// <exception cref="AntsException">As <see cref="RelayServer.StartAsync"/> says, for either port.</exception>
    public static async Task<RelayHost> StartAsync(RelayOptions options, CancellationToken ct)
    {
        for (int attempt = 1; ; attempt++)
        {
            RelayServer server = await RelayServer.StartAsync(options, ct);
            try
            {
                IPEndPoint tcp = new(options.Listen.Address, server.Port);
                return new RelayHost(server, await WebEndpoint.StartAsync(tcp, server, options.LoggerFactory, ct));
            }
            catch (AntsException e) when (e.Error == AntsError.AddressInUse && options.Listen.Port == 0 && attempt < MaxAttempts)
            {
                await server.DisposeAsync();
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await _web.DisposeAsync();
    }
}
