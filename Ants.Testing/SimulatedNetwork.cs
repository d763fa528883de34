using System.IO.Pipelines;
using System.Net;
using Ants.Protocol;
using Ants.Testing.Clock;
using Ants.Testing.Fabric;

namespace Ants.Testing;

/// <summary>
/// A whole network in one process and on one thread, on virtual time: hosts, NATs and links with faults, repeatable from
/// a seed. Agents run on it unchanged, by <see cref="SimulatedHost.Network"/>; protocols without tasks by
/// <see cref="SimulatedHost.Bind(int, DatagramHandler)"/>.
/// </summary>
/// <remarks>
/// <para><b>Time.</b> Nothing happens but within <see cref="Run(Func{Task}, TimeSpan?)"/>, <see cref="RunUntil"/> and
/// <see cref="RunFor"/>. They do, on the calling thread, whatever waits to be done now; when nothing does, time jumps to
/// the next timer or datagram. Work takes no virtual time.</para>
/// <para><b>One thread.</b> The world is a <see cref="SynchronizationContext"/> on which awaits resume, a
/// <see cref="TimeProvider"/> and a <see cref="PipeScheduler"/>. Code that leaves it for the thread pool
/// (<c>ConfigureAwait(false)</c>, <c>Task.Run</c>, reading a file) is noticed at once: the world stands still, in virtual
/// time, until the pool is quiet again (up to half a second of real time), so that a run repeats all the same as long as one
/// piece of such work runs at a time. It costs real time and is counted in <see cref="ForeignPosts"/>. What waits for the
/// real network or for a real timer is not noticed: virtual time runs ahead of it; only a world that has nothing else to
/// do waits for it, for a second of real time.</para>
/// <para><b>Order.</b> What happens at one instant happens in the order in which it was set. All randomness comes from the
/// seed, by a generator of our own, so a seed means the same run on every machine: see <see cref="Fingerprint"/>.</para>
/// </remarks>
public sealed class SimulatedNetwork : IDisposable
{
    // The documentation network TEST-NET-3 (RFC 5737), counted on beyond its end when a world has more than 254 hosts,
    // and that of RFC 3849.
    private static readonly IPAddress s_publicIpv4 = IPAddress.Parse("203.0.113.0");
    private static readonly IPAddress s_publicIpv6 = IPAddress.Parse("2001:db8::");

    // Real time to wait for other threads before a world with nothing left to do is called stalled.
    private static readonly TimeSpan s_stallPatience = TimeSpan.FromSeconds(1);

    private readonly List<SimulatedHost> _hosts = [];
    private readonly List<SimulatedNat> _nats = [];
    private readonly PacketLog _log;
    private readonly Realm _public;
    private readonly Pump _pump;

    /// <summary>An empty network.</summary>
    /// <param name="seed">Of all randomness.</param>
    public SimulatedNetwork(long seed = 1)
    {
        Seed = seed;
        Clock = new World();
        Time = new WorldTime(Clock);
        _log = new PacketLog(Clock);
        _pump = new Pump(Clock);
        _public = new Realm(null, new LinkConditions { Delay = TimeSpan.FromMilliseconds(10) }, s_publicIpv4, s_publicIpv6);
        Router = new PacketRouter(Clock, _log, new Prng(seed, stream: 0));
    }

    /// <summary>Of all randomness.</summary>
    public long Seed { get; }

    /// <summary>Virtual time since the world's beginning.</summary>
    public Instant Now => Clock.Now;

    /// <summary>Virtual time for code that takes a <see cref="TimeProvider"/>; its date begins at 2026-01-01.</summary>
    public TimeProvider Time { get; }

    /// <summary>The world's queue for pipes.</summary>
    public PipeScheduler Scheduler => Clock.Scheduler;

    /// <summary>The context that awaits resume on. It is current while the world runs.</summary>
    public SynchronizationContext Context => Clock.Context;

    /// <summary>
    /// What happens to datagrams between any two hosts of the public network, each pair and direction for itself, unless
    /// <see cref="SetPath"/> says otherwise. Ten milliseconds each way and nothing else unless set.
    /// </summary>
    public LinkConditions Link
    {
        get => _public.Conditions;
        set => _public.Conditions = value;
    }

    /// <summary><see cref="LinkConditions.Delay"/> of <see cref="Link"/>.</summary>
    public TimeSpan Delay
    {
        get => Link.Delay;
        set => Link = Link with { Delay = value };
    }

    /// <summary><see cref="LinkConditions.Jitter"/> of <see cref="Link"/>.</summary>
    public TimeSpan Jitter
    {
        get => Link.Jitter;
        set => Link = Link with { Jitter = value };
    }

    /// <summary><see cref="LinkConditions.Loss"/> of <see cref="Link"/>.</summary>
    public double Loss
    {
        get => Link.Loss;
        set => Link = Link with { Loss = value };
    }

    /// <summary><see cref="LinkConditions.Duplication"/> of <see cref="Link"/>.</summary>
    public double Duplication
    {
        get => Link.Duplication;
        set => Link = Link with { Duplication = value };
    }

    /// <summary><see cref="LinkConditions.Reordering"/> of <see cref="Link"/>.</summary>
    public double Reordering
    {
        get => Link.Reordering;
        set => Link = Link with { Reordering = value };
    }

    /// <summary><see cref="LinkConditions.Corruption"/> of <see cref="Link"/>.</summary>
    public double Corruption
    {
        get => Link.Corruption;
        set => Link = Link with { Corruption = value };
    }

    /// <summary>Virtual time that <see cref="Run(Func{Task}, TimeSpan?)"/> may take unless told otherwise: an hour.</summary>
    public TimeSpan Limit { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Sees every step of every datagram.</summary>
    public DatagramObserver? Trace
    {
        get => _log.Observer;
        set => _log.Observer = value;
    }

    /// <summary>What became of all datagrams.</summary>
    public DatagramCounters Counters => _log.Counters;

    /// <summary>
    /// A hash of everything that happened to datagrams so far, with times, addresses and bytes: equal for equal runs.
    /// </summary>
    public ulong Fingerprint => _log.Fingerprint;

    /// <summary>Work that came back from other threads: zero when no code has left the world.</summary>
    public long ForeignPosts => Clock.ForeignPosts;

    /// <summary>All hosts, in the order in which they were added.</summary>
    public IReadOnlyList<SimulatedHost> Hosts => _hosts;

    /// <summary>All NATs, in the order in which they were added.</summary>
    public IReadOnlyList<SimulatedNat> Nats => _nats;

    internal World Clock { get; }

    internal PacketRouter Router { get; }

    /// <summary>Adds a host.</summary>
    /// <param name="behind">The NAT that it stands behind; <see langword="null"/> for a public address.</param>
    /// <param name="name">What it is called in traces.</param>
    /// <param name="ipv4">Whether it has an IPv4 address.</param>
    /// <param name="ipv6">Whether it has an IPv6 address, which no NAT translates.</param>
    public SimulatedHost AddHost(SimulatedNat? behind = null, string? name = null, bool ipv4 = true, bool ipv6 = false)
    {
        int id = _hosts.Count;
        SimulatedHost host = new(this, id, name ?? $"host{id + 1}", RealmBehind(behind), Seed);
        if (ipv4)
        {
            host.AddAddress(System.Net.Sockets.AddressFamily.InterNetwork);
        }

        if (ipv6)
        {
            host.AddAddress(System.Net.Sockets.AddressFamily.InterNetworkV6);
        }

        _hosts.Add(host);
        return host;
    }

    /// <summary>Adds a host behind a NAT of its own; a public one for <see cref="NatKind.Open"/>.</summary>
    public SimulatedHost AddHost(NatKind behind, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(behind);
        return AddHost(behind.IsOpen ? null : AddNat(behind, name: name is null ? null : $"{name}-nat"), name);
    }

    /// <summary>Adds two hosts, each behind a NAT of its own: the usual scene.</summary>
    public (SimulatedHost Alice, SimulatedHost Bob) AddPair(NatKind alice, NatKind bob) =>
        (AddHost(alice, "alice"), AddHost(bob, "bob"));

    /// <summary>Adds a NAT.</summary>
    /// <param name="kind">How it behaves.</param>
    /// <param name="behind">The NAT that it stands behind itself; <see langword="null"/> for a public address.</param>
    /// <param name="name">What it is called in traces.</param>
    /// <param name="privateNetwork">
    /// Where the private IPv4 addresses begin. Each NAT has a network of its own unless told otherwise; give two the same
    /// to see what overlapping ones do, as they do in homes.
    /// </param>
    public SimulatedNat AddNat(NatKind kind, SimulatedNat? behind = null, string? name = null, IPAddress? privateNetwork = null)
    {
        ArgumentNullException.ThrowIfNull(kind);
        if (kind.IsOpen)
        {
            throw new ArgumentException("Open is the absence of a NAT: add the host to the public network.", nameof(kind));
        }

        int id = _nats.Count + 1;
        SimulatedNat nat = new(this, kind, name ?? $"nat{id}", RealmBehind(behind), new Prng(Seed, -id));
        nat.Inner = new Realm(
            nat,
            new LinkConditions { Delay = TimeSpan.FromMilliseconds(1) },
            privateNetwork ?? new IPAddress([10, (byte)(id >> 8), (byte)id, 0]),
            new IPAddress([0x20, 0x01, 0x0D, 0xB8, (byte)(id >> 8), (byte)id, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]));
        _nats.Add(nat);
        return nat;
    }

    /// <summary>Adds a NAT with a mapping and a filtering behaviour, in all else as <see cref="NatKind"/> has it.</summary>
    public SimulatedNat AddNat(NatMapping mapping, NatFiltering filtering, SimulatedNat? behind = null) =>
        AddNat(new NatKind { Mapping = mapping, Filtering = filtering }, behind);

    /// <summary>
    /// Gives the network between two hosts conditions of its own, both ways; <see langword="null"/> takes them back.
    /// </summary>
    public void SetPath(SimulatedHost a, SimulatedHost b, LinkConditions? conditions)
    {
        SetPathOneWay(a, b, conditions);
        SetPathOneWay(b, a, conditions);
    }

    /// <summary>Gives the network from one host to another conditions of its own.</summary>
    public void SetPathOneWay(SimulatedHost from, SimulatedHost to, LinkConditions? conditions) =>
        PathOf(from, to).Conditions = conditions;

    /// <summary>Cuts the way between two hosts, both ways: whatever they send each other directly is dropped.</summary>
    public void Cut(SimulatedHost a, SimulatedHost b)
    {
        CutOneWay(a, b);
        CutOneWay(b, a);
    }

    /// <summary>Cuts the way from one host to another.</summary>
    public void CutOneWay(SimulatedHost from, SimulatedHost to) => PathOf(from, to).IsCut = true;

    /// <summary>Ends a cut between two hosts.</summary>
    public void Restore(SimulatedHost a, SimulatedHost b) => PathOf(a, b).IsCut = PathOf(b, a).IsCut = false;

    /// <summary>Ends all cuts.</summary>
    public void RestoreAll() => Router.Paths.RestoreAll();

    /// <summary>Adds a firewall rule: what the filter says true to is dropped.</summary>
    /// <returns>Dispose it to take the rule away.</returns>
    public IDisposable Block(DatagramFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return new FirewallRule(Router, filter);
    }

    /// <summary>A timer that runs an action on the world's thread, not set yet.</summary>
    public SimulatedTimer CreateTimer(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return new SimulatedTimer(Clock, action);
    }

    /// <summary>Runs an action at a point in time, on the world's thread.</summary>
    public SimulatedTimer Schedule(Instant at, Action action)
    {
        SimulatedTimer timer = CreateTimer(action);
        timer.Set(at);
        return timer;
    }

    /// <summary>Runs an action after a while, on the world's thread.</summary>
    public SimulatedTimer Schedule(TimeSpan after, Action action) => Schedule(Now + after, action);

    /// <summary>Runs the world until a task has completed, and throws what the task threw.</summary>
    /// <param name="main">Starts the task, within the world.</param>
    /// <param name="limit">Virtual time that it may take; <see cref="Limit"/> if not given.</param>
    /// <exception cref="TimeoutException">The limit has passed.</exception>
    /// <exception cref="SimulationStalledException">Nothing is left to do and the task has not completed.</exception>
    public void Run(Func<Task> main, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(main);
        Task? task = null;
        Clock.Own();
        Clock.Post(new WorkItem(() => { task = main(); }));
        Finish("the task", () => task is { IsCompleted: true }, limit ?? Limit);
        task!.GetAwaiter().GetResult();
    }

    /// <summary>Runs the world until a task has completed, and returns its result.</summary>
    /// <inheritdoc cref="Run(Func{Task}, TimeSpan?)"/>
    public T Run<T>(Func<Task<T>> main, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(main);
        Task<T>? task = null;
        Run(() => (Task)(task = main()), limit);
        return task!.GetAwaiter().GetResult();
    }

    /// <summary>Runs the world until a condition holds; it is asked after every step.</summary>
    /// <exception cref="TimeoutException">The limit, in virtual time, has passed.</exception>
    /// <exception cref="SimulationStalledException">Nothing is left to do and the condition does not hold.</exception>
    public void RunUntil(Func<bool> condition, TimeSpan limit)
    {
        ArgumentNullException.ThrowIfNull(condition);
        Finish("the condition", condition, limit);
    }

    /// <summary>Runs the world for a span of virtual time.</summary>
    public void RunFor(TimeSpan span)
    {
        Instant end = Now + span;
        _pump.Run(static () => false, end, TimeSpan.Zero);
        Clock.PassUntil(end);
    }

    /// <summary>The world in a few lines: its time, counters, hosts and NATs. Errors quote it.</summary>
    public string Describe() => WorldSketch.Of(this, Clock);

    /// <summary>Ends the world: what still waits never happens.</summary>
    public void Dispose() => Clock.Dispose();

    internal Realm RealmBehind(SimulatedNat? nat) => nat?.Inner ?? _public;

    private void Finish(string what, Func<bool> isDone, TimeSpan limit)
    {
        Instant started = Now;
        switch (_pump.Run(isDone, started + limit, s_stallPatience))
        {
            case PumpResult.LimitReached:
                throw new TimeoutException(
                    $"{what} did not complete within {limit} of virtual time, from {started} on.{Environment.NewLine}{Describe()}");
            case PumpResult.Stalled:
                throw new SimulationStalledException(
                    $"Deadlock: {what} has not completed and nothing is left to do: no work waits, no timer is set, no "
                    + $"datagram is under way.{Environment.NewLine}{Describe()}");
        }
    }

    private Fabric.Path PathOf(SimulatedHost from, SimulatedHost to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        return Router.Paths.Get(from, to);
    }
}
