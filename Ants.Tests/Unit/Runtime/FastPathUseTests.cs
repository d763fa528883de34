using System.IO.Pipelines;
using System.Net;
using Ants.Crypto;
using Ants.Driving;
using Ants.Protocol;
using Ants.Protocol.Paths;
using Ants.Relay;
using Ants.Sockets;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime;

/// <summary>
/// Whether a real session between agents on this machine takes the fast paths: all of them, or, when the suite runs with ANTS_PORTABLE, none
/// of those that it names.
/// </summary>
[NonParallelizable]
internal sealed class FastPathUseTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    // Far more than it takes to find an idle moment, or to find packet sizes.
    private const int Attempts = 200;

    private RelayServer _relay = null!;
    private AntsAgent _alice = null!, _bob = null!;
    private AntsSession _session = null!;
    private AntsStream _stream = null!;

    [OneTimeSetUp]
    public async Task Connect()
    {
        _relay = await RelayServer.StartAsync(new RelayOptions { Identity = AgentIdentity.Generate(), Listen = new IPEndPoint(IPAddress.Loopback, 0) });
        (_alice, _bob) = (await StartAsync(), await StartAsync());
        _bob.Serve("echo/1", async (stream, ct) => await stream.Input.CopyToAsync(stream.Output, ct));
        _session = await _alice.ConnectAsync(_bob.Invite).WaitAsync(s_limit);
        using CancellationTokenSource patience = new(s_limit);
        await foreach (PathChange change in _session.PathChanges(patience.Token))
        {
            if (change.Kind == PathKind.Direct)
            {
                break;
            }
        }

        _stream = await _session.OpenStreamAsync("echo/1");
    }

    [OneTimeTearDown]
    public async Task End()
    {
        await _alice.DisposeAsync();
        await _bob.DisposeAsync();
        await _relay.DisposeAsync();
    }

    [Test]
    public void A_socket_moves_batches_on_Linux()
    {
        using IDatagramSocket socket = AntsNetwork.System.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.That(socket, OperatingSystem.IsLinux() && FastPaths.Allow(FastPath.Sockets) ? Is.TypeOf<LinuxUdpSocket>() : Is.TypeOf<UdpSocket>());
    }

    [Test]
    public async Task A_writer_sends_for_itself_what_an_idle_session_writes()
    {
        bool allowed = FastPaths.Allow(FastPath.Writes);
        for (int i = 0; i < Attempts && !(allowed && _alice.Core.Driver.WritersTurns > 0); i++)
        {
            await EchoAsync(24);
        }

        Assert.That(_alice.Core.Driver.WritersTurns, allowed ? Is.Positive : Is.Zero);
    }

    [Test]
    public async Task Readers_of_fast_streams_are_woken_for_more_at_once_and_for_the_last_byte_too()
    {
        bool allowed = FastPaths.Allow(FastPath.Wakes);
        AntsStream stream = await _session.OpenStreamAsync("echo/1");
        int times = allowed ? Attempts : 20;
        for (int i = 0; i < times && !(allowed && i > 20 && _bob.Core.Driver.Deferred > 0); i++)
        {
            // Nothing follows until all of it has come back.
            await EchoAsync(stream, 600_000 + i);
        }

        Assert.That(_bob.Core.Driver.Deferred, allowed ? Is.Positive : Is.Zero);
        Assert.That(AntsNetwork.System.Scheduler, FastPaths.Allow(FastPath.Wakes) ? Is.TypeOf<StandbyScheduler>() : Is.SameAs(PipeScheduler.ThreadPool));
    }

    [Test]
    public async Task Packets_grow_to_what_the_path_carries()
    {
        bool allowed = FastPaths.Allow(FastPath.PacketSize);
        int size = 0;
        for (int i = 0; i < Attempts && !(allowed && size > PacketSize.For(CarrierKind.Udp)); i++)
        {
            await EchoAsync(40_000);
            size = await _alice.Core.Driver.InvokeAsync(() => _session.Peer.Session.Paths.Active!.MaxPacketSize);
        }

        Assert.That(size, allowed ? Is.GreaterThan(PacketSize.For(CarrierKind.Udp)) : Is.EqualTo(PacketSize.For(CarrierKind.Udp)));
    }

    [Test]
    public async Task Packets_over_the_relay_cross_it_unopened()
    {
        bool allowed = FastPaths.Allow(FastPath.Forwarding);
        AntsAgent carol = await StartAsync(relayOnly: true);
        await using AntsSession session = await carol.ConnectAsync(_bob.Invite).WaitAsync(s_limit);
        await using AntsStream stream = await session.OpenStreamAsync("echo/1");
        for (int i = 0; i < Attempts && !(allowed && _relay.Counters.ForwardedUnopened > 0); i++)
        {
            await EchoAsync(stream, 4000);
        }

        Assert.That(_relay.Counters.ForwardedUnopened, allowed ? Is.Positive : Is.Zero);
        await carol.DisposeAsync();
    }

    private Task EchoAsync(int length) => EchoAsync(_stream, length);

    private static async Task EchoAsync(AntsStream stream, int length)
    {
        await stream.Output.WriteAsync(new byte[length]);
        int read = 0;
        while (read < length)
        {
            ReadResult result = await stream.Input.ReadAsync().AsTask().WaitAsync(s_limit);
            read += (int)result.Buffer.Length;
            stream.Input.AdvanceTo(result.Buffer.End);
        }
    }

    private Task<AntsAgent> StartAsync(bool relayOnly = false)
    {
        AntsOptions options = new() { Identity = AgentIdentity.Generate(), RelayOnly = relayOnly };
        options.Relays.Add(_relay.Address);
        return AntsAgent.StartAsync(options);
    }
}
