using System.Net;
using Ants.Samples.Chat;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Staging;

/// <summary>
/// The same world as <see cref="LabStage"/>'s in one process, simulated: relays and two chats, each as it is but for the
/// network and the clock that it runs on. Nothing in it takes real time but the work itself.
/// </summary>
/// <param name="a">What alice is behind.</param>
/// <param name="b">What bob is behind.</param>
/// <param name="relays">How many relays there are.</param>
/// <param name="seed">Of all randomness: the same seed tells the same story.</param>
internal sealed class SimulatedStage(LabHomeKind a, LabHomeKind b, int relays = 1, long seed = 1) : IStage
{
    // Any port will do in a network of its own; this is the lab's.
    private const int ForwardedPort = 41641;

    // The world's own end of a story that has not ended: several times the sum of the story's own limits.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    private readonly World _world = World.Build(a, b, relays, seed);
    private bool _hasBegun;
    private IDisposable? _cut;
    private IDisposable? _wall;

    /// <summary>What it can simulate; the rest needs a kernel.</summary>
    public static IReadOnlyList<LabHomeKind> Kinds { get; } =
    [
        LabHomeKind.Open, LabHomeKind.FullCone, LabHomeKind.PortRestricted, LabHomeKind.Symmetric, LabHomeKind.PortForwarded,
        LabHomeKind.UdpBlocked, LabHomeKind.ProxyOnly,
    ];

    /// <summary>Where the agents write traces of their sessions; null for nowhere.</summary>
    public string? Qlog { get; init; }

    /// <inheritdoc/>
    public string Description => OperatingSystem.IsLinux()
        ? "A simulated network in this one process, on virtual time"
        : "A simulated network in this one process, on virtual time (real NATs need Linux)";

    /// <inheritdoc/>
    public TimeProvider Time => _world.Network.Time;

    /// <inheritdoc/>
    public TimeSpan Now => _world.Network.Now - Protocol.Instant.Zero;

    /// <inheritdoc/>
    public string? Failure => null;

    /// <inheritdoc/>
    public IReadOnlyList<string> Complaints => [];

    /// <inheritdoc/>
    public bool CanForget => Forgetful is not null;

    /// <inheritdoc/>
    public IReadOnlyList<string> Walled => [.. WalledHosts.Select(host => host.Name)];

    /// <inheritdoc/>
    public IReadOnlyDictionary<IPEndPoint, string> Addresses =>
        _world.Relays.ToDictionary(relay => relay.EndPoint, relay => relay.Address.ToString());

    /// <inheritdoc/>
    public IReadOnlyList<string> Entrances => [];

    // Connections stand for those through a proxy too: a simulated network knows the difference no more than an agent does.
    private SimulatedHost[] WalledHosts =>
        [.. new[] { (_world.Alice, a), (_world.Bob, b) }.Where(one => !one.Item2.HasUdp()).Select(one => one.Item1)];

    // One NAT is enough to forget; A's, if it has something to.
    private SimulatedNat? Forgetful => _world.Alice.Nat ?? _world.Bob.Nat;

    /// <inheritdoc/>
    // The world runs on the thread that runs it, which is one of its own here: the display draws meanwhile.
    public Task<T> PlayAsync<T>(Func<Task<T>> story) => Task.Factory.StartNew(
        () => Play(story), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    public Task<IActor> StartListenerAsync(CancellationToken ct) => StartChatAsync(_world.Alice, a, peer: null);

    /// <inheritdoc/>
    public Task<IActor> StartDiallerAsync(string peerId, CancellationToken ct) => StartChatAsync(_world.Bob, b, Invite.Parse(peerId));

    /// <inheritdoc/>
    public Task CutAsync()
    {
        SimulatedHost alice = _world.Alice;
        HashSet<SimulatedHost?> relays = [.. _world.Relays.Select(relay => relay.Host)];
        HashSet<IPAddress> addresses = [.. _world.Relays.Select(relay => relay.EndPoint.Address)];
        _cut = _world.Network.Block((in SimulatedDatagram datagram) =>
            (datagram.Sender == alice && !addresses.Contains(datagram.Destination.Address))
            || (datagram.Receiver == alice && !relays.Contains(datagram.Sender)));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task RestoreAsync()
    {
        _cut?.Dispose();
        _cut = null;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<TimeSpan> LetUdpAsync()
    {
        _wall?.Dispose();
        _wall = null;
        return Task.FromResult(Now);
    }

    /// <inheritdoc/>
    public Task<TimeSpan> BlockUdpAsync()
    {
        SimulatedHost[] walled = WalledHosts;
        _wall = _world.Network.Block((in SimulatedDatagram datagram) =>
            Array.IndexOf(walled, datagram.Sender) >= 0 || Array.IndexOf(walled, datagram.Receiver) >= 0);
        return Task.FromResult(Now);
    }

    /// <inheritdoc/>
    public Task KillRelayAsync(IPEndPoint relay) => Find(relay).KillAsync();

    /// <inheritdoc/>
    public Task RestartRelayAsync(IPEndPoint relay, CancellationToken ct) => Find(relay).StartAsync();

    /// <inheritdoc/>
    public Task<TimeSpan> MoveAsync(CancellationToken ct)
    {
        Testing.NatKind kind = World.Behaviour(Plot.AfterMove(b));
        _world.Bob.Move(kind == Testing.NatKind.Open ? null : _world.Network.AddNat(kind));
        return Task.FromResult(Now);
    }

    /// <inheritdoc/>
    public Task ForgetAsync()
    {
        SimulatedNat nat = Forgetful ?? throw new InvalidOperationException("Neither NAT has mappings to forget.");
        nat.ForgetMappings();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _world.Network.Dispose();
        return ValueTask.CompletedTask;
    }

    private T Play<T>(Func<Task<T>> story)
    {
        try
        {
            return _world.Network.Run(() => PlayInWorldAsync(story), s_limit);
        }
        catch (Exception e) when (e is TimeoutException or SimulationStalledException)
        {
            throw new StoryException(e.Message);
        }
    }

    private async Task<T> PlayInWorldAsync<T>(Func<Task<T>> story)
    {
        try
        {
            foreach (SimulatedRelay relay in _world.Relays)
            {
                await relay.StartAsync();
            }

            await BlockUdpAsync();

            _hasBegun = true;
            return await story();
        }
        finally
        {
            foreach (SimulatedRelay relay in _world.Relays)
            {
                await relay.DisposeAsync();
            }
        }
    }

    private SimulatedRelay Find(IPEndPoint endPoint) => _world.Relays.FirstOrDefault(relay => relay.EndPoint.Equals(endPoint))
        ?? throw new StoryException($"There is no relay at {endPoint}.");

    private Task<IActor> StartChatAsync(SimulatedHost host, LabHomeKind kind, Invite? peer)
    {
        if (!_hasBegun)
        {
            throw new InvalidOperationException("The story has not begun: see PlayAsync.");
        }

        bool isForwarded = kind == LabHomeKind.PortForwarded;
        ChatOptions options = new()
        {
            Peer = peer,
            Relays = [.. _world.Relays.Select(relay => relay.Address)],
            Port = isForwarded ? ForwardedPort : 0,
            AdvertisedAddresses = isForwarded ? [new IPEndPoint(host.Nat!.PublicAddress, ForwardedPort)] : [],
            Network = host.Network,
            QlogFolder = Qlog,
        };
        return Task.FromResult<IActor>(new SimulatedActor(host.Name, options, () => Now));
    }

    /// <summary>The network and who is in it.</summary>
    private sealed record World(SimulatedNetwork Network, IReadOnlyList<SimulatedRelay> Relays, SimulatedHost Alice, SimulatedHost Bob)
    {
        public static World Build(LabHomeKind a, LabHomeKind b, int relays, long seed)
        {
            SimulatedNetwork network = new(seed);
            SimulatedRelay[] all =
            [
                .. Enumerable.Range(1, relays).Select(i => new SimulatedRelay(network.AddHost(name: i == 1 ? "relay" : $"relay{i}"))),
            ];
            return new World(network, all, AddHost(network, a, "alice"), AddHost(network, b, "bob"));
        }

        private static SimulatedHost AddHost(SimulatedNetwork network, LabHomeKind kind, string name)
        {
            SimulatedHost host = network.AddHost(Behaviour(kind), name);
            if (kind == LabHomeKind.PortForwarded)
            {
                host.Nat!.Forward(ForwardedPort, host, ForwardedPort);
            }

            return host;
        }

        public static Testing.NatKind Behaviour(LabHomeKind kind) => kind switch
        {
            LabHomeKind.Open => Testing.NatKind.Open,
            LabHomeKind.PortRestricted or LabHomeKind.UdpBlocked or LabHomeKind.ProxyOnly => Testing.NatKind.PortRestricted,
            LabHomeKind.FullCone => Testing.NatKind.FullCone,
            LabHomeKind.Symmetric or LabHomeKind.PortForwarded => Testing.NatKind.Symmetric,
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }
}
