using System.Net;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>A STUN server that we did not write, with two addresses and two ports, as RFC 5780 wants it: coturn on a public host of the lab.</summary>
internal sealed record LabCoturn(LabProcess Process, DirectoryInfo Files, IPEndPoint Server) : IAsyncDisposable
{
    private const int Port = 3478;

    // What it says when its sockets are open.
    private const string Ready = "Total General servers";

    // The shell's answer for a program that does not exist.
    private const int NoSuchProgram = 127;

    public static async Task<LabCoturn> StartAsync(NatLab lab)
    {
        LabHost host = await lab.AddPublicHostAsync("coturn");
        IPAddress second = await lab.AddPublicAddressAsync(host);
        DirectoryInfo files = Directory.CreateTempSubdirectory("ants-lab-coturn-");
        LabProcess process = await host.StartAsync("turnserver",
        [
            "-n", "--stun-only", "--no-cli", "--no-tls", "--no-dtls", "--no-software-attribute",
            "--log-file", "stdout", "--pidfile", System.IO.Path.Combine(files.FullName, "pid"), "--db", System.IO.Path.Combine(files.FullName, "db"),
            "--listening-ip", host.Address.ToString(), "--listening-ip", second.ToString(),
            "--listening-port", $"{Port}", "--alt-listening-port", $"{Port + 1}",
        ]);
        LabCoturn coturn = new(process, files, new IPEndPoint(host.Address, Port));
        using CancellationTokenSource limit = new(LabFixture.Patience);
        await foreach (string line in process.Output.ReadAllAsync(limit.Token))
        {
            if (line.Contains(Ready, StringComparison.Ordinal))
            {
                return coturn;
            }
        }

        int code = await process.Exit;
        await coturn.DisposeAsync();
        if (code == NoSuchProgram && Environment.GetEnvironmentVariable("ANTS_REQUIRE_LAB") != "1")
        {
            Assert.Ignore("turnserver (package coturn) is not installed.");
        }

        throw new AssertionException($"turnserver ended with {code}.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Files.Delete(recursive: true);
    }
}
