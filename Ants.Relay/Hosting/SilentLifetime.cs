namespace Ants.Relay.Hosting;

/// <summary>Keeps the web host from acting on signals: the program does, and stops UDP and HTTPS in their order.</summary>
internal sealed class SilentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
