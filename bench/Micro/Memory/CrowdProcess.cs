using System.Diagnostics;

namespace Ants.Bench.Micro.Memory;

/// <summary>A <see cref="Crowd"/> that runs, seen from the measured process.</summary>
internal sealed class CrowdProcess : IAsyncDisposable
{
    private readonly Process _process;

    private CrowdProcess(Process process, RelayAddress relay)
    {
        _process = process;
        Relay = relay;
    }

    public RelayAddress Relay { get; }

    public static async Task<CrowdProcess> StartAsync(int count, RelayAddress? relay = null)
    {
        string[] arguments = [typeof(CrowdProcess).Assembly.Location, "memory", "crowd", "--count", $"{count}", .. relay is null ? [] : (string[])["--relay", relay.ToString()!]];
        Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("The other process does not start.");
        string? address = await process.StandardOutput.ReadLineAsync();
        string? ready = await process.StandardOutput.ReadLineAsync();
        return address is not null && ready == "ready"
            ? new CrowdProcess(process, RelayAddress.Parse(address))
            : throw new InvalidOperationException("The other process ended before its agents were there.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
