using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

/// <summary>The client against a server that we did not write: coturn on loopback.</summary>
public sealed class CoturnTests
{
    // A cold start takes about 0.2 s; a loaded machine gets a hundred times that.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [TestCase("127.0.0.1")]
    [TestCase("::1")]
    public async Task Coturn_tells_our_client_the_address_of_its_socket(string address)
    {
        IPAddress loopback = IPAddress.Parse(address);
        using UdpClient client = new(new IPEndPoint(loopback, 0));
        IPEndPoint server = new(loopback, FreePort(loopback));
        using Process coturn = Start(server);
        try
        {
            StunResult result = await AskAsync(client, server, coturn);

            Assert.That(result.Outcome, Is.EqualTo(StunOutcome.Success));
            Assert.That(result.MappedAddress, Is.EqualTo(client.Client.LocalEndPoint));
        }
        finally
        {
            coturn.Kill();
            await coturn.WaitForExitAsync();
            File.Delete(PidFile(server));
        }
    }

    /// <summary>Drives the state machine with real time; the server may need a few requests until it listens.</summary>
    private static async Task<StunResult> AskAsync(UdpClient client, IPEndPoint server, Process coturn)
    {
        long start = Stopwatch.GetTimestamp();
        StunTransaction transaction = new(
            new StunTransactionId(RandomNumberGenerator.GetBytes(StunTransactionId.Length)),
            server,
            TimeSpan.Zero,
            StunRetransmission.Create(TimeSpan.FromMilliseconds(50), count: 9, lastMultiple: 16));
        byte[] buffer = new byte[StunTransaction.RequestLength];
        Task<UdpReceiveResult> receiving = client.ReceiveAsync();
        while (!transaction.IsFinished)
        {
            TimeSpan now = Stopwatch.GetElapsedTime(start);
            Assert.That(coturn.HasExited, Is.False, "turnserver stopped by itself");
            Assert.That(now, Is.LessThan(Limit));
            transaction.HandleTimeout(now);
            if (transaction.TryPollTransmit(now, buffer, out int written))
            {
                await client.SendAsync(buffer.AsMemory(0, written), server);
            }

            TimeSpan wait = (transaction.NextTimeout ?? now) - now;
            try
            {
                UdpReceiveResult received = await receiving.WaitAsync(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
                transaction.TryHandleResponse(Stopwatch.GetElapsedTime(start), received.Buffer, received.RemoteEndPoint);
                receiving = client.ReceiveAsync();
            }
            catch (TimeoutException)
            {
                // The next request is due; the pending receive goes on.
                continue;
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
            {
                // An ICMP answer from a port that is not open yet.
                receiving = client.ReceiveAsync();
            }
        }

        return transaction.Result;
    }

    private static Process Start(IPEndPoint server)
    {
        ProcessStartInfo info = new("turnserver")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        string[] arguments =
        [
            "-n", "--stun-only", "--no-cli", "--no-tls", "--no-dtls", "--no-rfc5780", "--no-software-attribute",
            "--log-file", "stdout", "--pidfile", PidFile(server),
            "--listening-ip", server.Address.ToString(), "--listening-port", $"{server.Port}",
        ];
        foreach (string argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        try
        {
            Process process = Process.Start(info)!;
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return process;
        }
        catch (System.ComponentModel.Win32Exception) when (Environment.GetEnvironmentVariable("ANTS_REQUIRE_LAB") != "1")
        {
            Assert.Ignore("turnserver (package coturn) is not installed.");
            throw;
        }
    }

    private static string PidFile(IPEndPoint server) => Path.Combine(Path.GetTempPath(), $"ants-coturn-{server.Port}.pid");

    private static int FreePort(IPAddress address)
    {
        using Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
