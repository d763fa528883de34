using System.Net;
using Ants.Samples.TwoNats.Staging;
using Ants.Testing.Lab;

namespace Ants.Tests.Lab;

/// <summary>A relay process on a public host of the lab.</summary>
internal sealed record LabRelay(LabProcess Process, DirectoryInfo Files, string Address) : IAsyncDisposable
{
    public static async Task<LabRelay> StartAsync(NatLab lab, int port, string name = "relay")
    {
        LabHost host = await lab.AddPublicHostAsync(name);
        DirectoryInfo files = Directory.CreateTempSubdirectory("ants-lab-relay-");
        LabProcess process = await host.StartAsync(
            Executables.Host,
            [Executables.Find("Ants.Relay"), "--listen", new IPEndPoint(host.Address, port).ToString(), "--data", files.FullName]);
        using CancellationTokenSource limit = new(LabFixture.Patience);
        return new LabRelay(process, files, await process.Output.ReadAsync(limit.Token));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Files.Delete(recursive: true);
    }
}
