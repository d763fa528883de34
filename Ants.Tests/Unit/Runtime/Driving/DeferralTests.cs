using System.Net;
using Ants.Crypto;
using Ants.Driving;
using Ants.Protocol;
using Ants.Protocol.Handshake;
using Ants.Protocol.Sessions;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime.Driving;

/// <summary>When a driver does what was put off until a lull, amid traffic, after it, and when the socket ends.</summary>
public sealed class DeferralTests
{
    private const int Datagrams = 100;

    // Several datagrams within the longest wait.
    private static readonly TimeSpan s_pause = LullWork.Longest / 8;

    [Test]
    public async Task Amid_traffic_that_never_ceases_work_is_done_after_the_longest_wait()
    {
        OnlyWhereAllowed();
        List<TimeSpan> waits = await DeferAsync(new EagerSocket { Datagrams = Datagrams }, every: 20);
        Assert.That(waits, Has.Count.EqualTo(Datagrams / 20));
        Assert.That(waits, Is.All.InRange(LullWork.Longest, LullWork.Longest + s_pause));
    }

    [Test]
    public async Task Work_is_done_as_soon_as_a_receive_has_nothing_whatever_the_brief_wait_said([Values(1, 2, 5)] int datagrams)
    {
        OnlyWhereAllowed();
        Assert.That(await DeferAsync(new EagerSocket { Datagrams = datagrams }), Is.EqualTo([(datagrams - 1) * s_pause]));
    }

    [Test]
    public async Task A_socket_that_ends_or_fails_keeps_no_work_waiting([Values] bool fails)
    {
        OnlyWhereAllowed();
        Task<bool> end = fails ? Task.FromException<bool>(new InvalidDataException("a socket's bug")) : Task.FromResult(false);
        Assert.That(await DeferAsync(new EagerSocket { Datagrams = 1, AfterLast = end }), Is.EqualTo([TimeSpan.Zero]));
    }

    [Test]
    public async Task What_did_not_come_in_by_the_socket_puts_nothing_off()
    {
        await using EndpointDriver driver = Make(new SteppedNetwork(), new EagerSocket { Datagrams = 0 }, new Owner());
        driver.Start();
        Assert.That(await driver.InvokeAsync(() => driver.TryDefer(static _ => { }, null)), Is.False);
        Assert.That(driver.Deferred, Is.Zero);
    }

    [Test]
    public async Task Nothing_is_put_off_where_that_is_forced_off()
    {
        bool? isDeferred = null;
        Owner owner = new();
        await using EndpointDriver driver = Make(new SteppedNetwork(), new EagerSocket { Datagrams = 1 }, owner);
        owner.OnDatagram = () => driver.PostLazily(_ => isDeferred = driver.TryDefer(static _ => { }, null), null);
        driver.Start();
        Assert.That(isDeferred, Is.EqualTo(FastPaths.Allow(FastPath.Wakes)));
    }

    private static void OnlyWhereAllowed() => Assume.That(FastPaths.Allow(FastPath.Wakes), "Otherwise nothing is put off.");

    /// <summary>
    /// Puts work off in the turn of the first datagram, or of one of <paramref name="every"/>; how long each waited. All of it happens while the
    /// driver starts.
    /// </summary>
    private static async Task<List<TimeSpan>> DeferAsync(EagerSocket socket, int every = Datagrams)
    {
        SteppedNetwork network = new();
        socket.OnReceive = () => network.Pass(s_pause);
        Owner owner = new();
        await using EndpointDriver driver = Make(network, socket, owner);
        List<TimeSpan> waits = [];
        int datagrams = 0;
        owner.OnDatagram = () =>
        {
            if (datagrams++ % every == 0)
            {
                driver.PostLazily(_ => Defer(driver, waits), null);
            }
        };
        driver.Start();
        Assert.That(driver.Deferred, Is.EqualTo(waits.Count), "once each");
        return waits;
    }

    private static void Defer(EndpointDriver driver, List<TimeSpan> waits)
    {
        long begun = driver.Now.Ticks;
        Assert.That(driver.TryDefer(_ => waits.Add(TimeSpan.FromTicks(driver.Now.Ticks - begun)), null), Is.True);
    }

    private static EndpointDriver Make(SteppedNetwork network, EagerSocket socket, Owner owner) =>
        new(network, socket, AgentIdentity.Generate(), owner, NullLogger.Instance);

    private sealed class Owner : IEndpointOwner
    {
        public Action OnDatagram { get; set; } = static () => { };

        public Instant? NextTimeout => null;

        public void OnRequest(HandshakeRequest request) => throw new NotSupportedException();

        public void OnSessionEvent(Session session, in SessionEvent e) => throw new NotSupportedException();

        public bool TrySendVia(Instant now, CarrierAddress to, Span<byte> datagram, out IPEndPoint? onward) => throw new NotSupportedException();

        public bool TryHandleOther(ReadOnlySpan<byte> datagram, IPEndPoint from)
        {
            OnDatagram();
            return true;
        }

        public void HandleTimeout(Instant now) => throw new NotSupportedException();
    }
}
