using System.Globalization;
using System.Net;
using Ants.Testing.Lab;
using Ants.Tests.Lab.Probe;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>A UDP socket in a host of the lab: the test's end of a <see cref="UdpProbe"/>.</summary>
internal sealed class LabSocket : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly LabProcess _probe;

    private LabSocket(LabProcess probe, IPEndPoint local)
    {
        _probe = probe;
        Local = local;
    }

    /// <summary>What it is bound to: the host's address and the port.</summary>
    public IPEndPoint Local { get; }

    /// <summary>Starts a probe in the host and binds it.</summary>
    public static Task<LabSocket> OpenAsync(LabHost host, int port) => OpenAsync(host, host.Address, [], port);

    /// <summary>The same with the host's IPv6 address.</summary>
    public static Task<LabSocket> Open6Async(LabHost host, int port) => OpenAsync(host, host.Address6!, [UdpProbe.IPv6], port);

    private static async Task<LabSocket> OpenAsync(LabHost host, IPAddress address, string[] arguments, int port)
    {
        LabProcess probe = await host.StartAsync("dotnet", ["exec", typeof(LabSocket).Assembly.Location, UdpProbe.Command, .. arguments]);
        await probe.Input.WriteLineAsync($"bind {port}");
        string bound = await ReadAsync(probe, "bound ");
        return new LabSocket(probe, new IPEndPoint(address, int.Parse(bound, CultureInfo.InvariantCulture)));
    }

    public Task SendAsync(IPEndPoint to, string text) => _probe.Input.WriteLineAsync($"send {to} {text}");

    /// <summary>The next datagram: its source and text.</summary>
    public async Task<(IPEndPoint From, string Text)> ReceiveAsync()
    {
        string[] received = (await ReadAsync(_probe, "from ")).Split(' ', 2);
        return (IPEndPoint.Parse(received[0]), received[1]);
    }

    /// <summary>Sends to the other and returns the source that it saw.</summary>
    public async Task<IPEndPoint> SendToAsync(LabSocket other, IPEndPoint? at = null, string text = "hello")
    {
        await SendAsync(at ?? other.Local, text);
        (IPEndPoint from, string received) = await other.ReceiveAsync();
        Assert.That(received, Is.EqualTo(text));
        return from;
    }

    public ValueTask DisposeAsync() => _probe.DisposeAsync();

    private static async Task<string> ReadAsync(LabProcess probe, string prefix)
    {
        using CancellationTokenSource limit = new(Patience);
        try
        {
            string line = await probe.Output.ReadAsync(limit.Token);
            Assert.That(line, Does.StartWith(prefix));
            return line[prefix.Length..];
        }
        catch (OperationCanceledException)
        {
            throw new AssertionException($"nothing arrived that begins with '{prefix}'");
        }
    }
}
