using System.Diagnostics;
using System.Net;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Staging;

/// <summary>
/// The real thing: network namespaces with nftables NATs, relay processes, two Chat processes.
/// </summary>
/// <remarks>
/// <code>
///   relay, relay2 ... (Ants.Relay)
///     |
///   public network ----+----------------+
///                    nat-a            nat-b
///                      |                |
///                    alice (listens)   bob (dials)
/// </code>
/// </remarks>
internal sealed class LabStage : IStage
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("ants-two-nats-");
    private readonly NatLab _lab;
    private readonly LabHome _a;
    private readonly LabHome _b;
    private readonly LabProxy? _proxy;
    private readonly List<LabRelay> _relays = [];
    private LabNat? _moved;

    private LabStage(NatLab lab, LabHome a, LabHome b, LabProxy? proxy)
    {
        _proxy = proxy;
        _lab = lab;
        _a = a;
        _b = b;
    }

    /// <inheritdoc/>
    public string Description => _lab.Isolation == LabIsolation.UserNamespace
        ? "Linux network namespaces with nftables NATs, without root"
        : "Linux network namespaces with nftables NATs, as root";

    /// <inheritdoc/>
    public TimeProvider Time => TimeProvider.System;

    /// <inheritdoc/>
    public TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    /// <inheritdoc/>
    public string? Failure => _relays.Select(relay => relay.Failure).FirstOrDefault(failure => failure is not null);

    /// <inheritdoc/>
    public IReadOnlyList<string> Complaints => [.. _relays.SelectMany(relay => relay.Complaints)];

    /// <inheritdoc/>
    public bool CanForget => Forgetful is not null;

    /// <inheritdoc/>
    public IReadOnlyList<string> Walled => [.. Both.Where(home => !home.Kind.HasUdp()).Select(home => home.Host.Name)];

    /// <inheritdoc/>
    public IReadOnlyDictionary<IPEndPoint, string> Addresses => _relays.ToDictionary(relay => relay.EndPoint, relay => relay.Address);

    /// <inheritdoc/>
    public IReadOnlyList<string> Entrances =>
    [
        .. _relays.Select(relay => $"{relay.Host.Name + ":",-8}{relay.Host.EnterCommand}"),
        $"nat-a:  {_a.Nat.EnterCommand}",
        $"alice:  {_a.Host.EnterCommand}",
        $"nat-b:  {_b.Nat.EnterCommand}",
        $"bob:    {_b.Host.EnterCommand}",
    ];

    /// <summary>Where the agents write traces of their sessions; null for nowhere.</summary>
    public string? Qlog { get; set; }

    private LabHome[] Both => [_a, _b];

    // One NAT is enough to forget; A's, if it has something to.
    private LabNat? Forgetful => new[] { _a.Nat, _b.Nat }.FirstOrDefault(nat => nat.Behaviour != LabNatBehaviour.Open);

    /// <summary>Builds the networks and starts the relays.</summary>
    /// <exception cref="LabUnavailableException">The system allows no lab; the message is one line that says why.</exception>
    public static async Task<LabStage> BuildAsync(LabHomeKind a, LabHomeKind b, int relays, CancellationToken ct)
    {
        NatLab lab = await NatLab.CreateAsync(ct);
        LabProxy? proxy = null;
        LabHome? homeA = null;
        LabStage? stage = null;
        try
        {
            proxy = a == LabHomeKind.ProxyOnly || b == LabHomeKind.ProxyOnly
                ? await LabProxy.StartAsync(await lab.AddPublicHostAsync("proxy", ct), ct)
                : null;
            homeA = await LabHome.BuildAsync(lab, a, "nat-a", "alice", proxy, ct);
            LabHome homeB = a == b && a.IsShared()
                ? await homeA.AddOtherAsync(lab, "nat-b", "bob", ct)
                : await LabHome.BuildAsync(lab, b, "nat-b", "bob", proxy, ct);
            stage = new LabStage(lab, homeA, homeB, proxy);
            for (int i = 1; i <= relays; i++)
            {
                await stage.AddRelayAsync(i == 1 ? "relay" : $"relay{i}", ct);
            }

            return stage;
        }
        catch
        {
            await (stage?.DisposeAsync() ?? DisposeAsync(lab, proxy, homeA));
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<T> PlayAsync<T>(Func<Task<T>> story) => story();

    /// <inheritdoc/>
    public Task<IActor> StartListenerAsync(CancellationToken ct) => StartChatAsync(_a, ["--listen"], ct);

    /// <inheritdoc/>
    public Task<IActor> StartDiallerAsync(string peerId, CancellationToken ct) => StartChatAsync(_b, ["--peer", peerId], ct);

    /// <inheritdoc/>
    public Task CutAsync() => _a.Nat.CutAsync([.. _relays.Select(relay => relay.Host)]);

    /// <inheritdoc/>
    public Task RestoreAsync() => _a.Nat.RestoreAsync();

    /// <inheritdoc/>
    public async Task<TimeSpan> LetUdpAsync()
    {
        TimeSpan begun = Now;
        await Task.WhenAll(Both.Where(home => !home.Kind.HasUdp()).Select(home => home.Nat.RestoreAsync()));
        return begun;
    }

    /// <inheritdoc/>
    public async Task<TimeSpan> BlockUdpAsync()
    {
        TimeSpan begun = Now;
        await Task.WhenAll(Both.Select(home => home.BlockUdpAsync(_proxy)));
        return begun;
    }

    /// <inheritdoc/>
    public Task KillRelayAsync(IPEndPoint relay) => Find(relay).KillAsync();

    /// <inheritdoc/>
    public Task RestartRelayAsync(IPEndPoint relay, CancellationToken ct) => Find(relay).StartAsync(ct);

    /// <summary>Stops a relay in order, which tells its agents before, and waits until it has ended.</summary>
    /// <exception cref="StoryException">It did not end in order.</exception>
    public Task StopRelayAsync(IPEndPoint relay) => Find(relay).StopAsync();

    /// <summary>Starts a program other than Chat on a host, with the relays as its last arguments.</summary>
    public Task<LabProcess> StartAsync(bool atA, string program, string[] arguments, CancellationToken ct) =>
        (atA ? _a : _b).Host.StartAsync(Executables.Host, [program, .. arguments, .. RelayArguments()], environment: null, ct);

    /// <summary>Starts a program on the router before B, which is told the router's own address in B's network as <c>--address</c>.</summary>
    public Task<LabProcess> StartOnRouterAsync(string program, string[] arguments) =>
        _b.Nat.StartAsync(Executables.Host, [program, .. arguments, "--address", _b.Nat.InsideAddress.ToString()]);

    /// <inheritdoc/>
    public async Task<TimeSpan> MoveAsync(CancellationToken ct)
    {
        _moved ??= await LabHome.AddNatAsync(_lab, Plot.AfterMove(_b.Kind), "nat-c", _proxy, ct);
        LabNat there = _b.Host.Nat == _moved ? _b.Nat : _moved;
        TimeSpan left = Now;
        await _b.Host.MoveToAsync(there);
        return left;
    }

    /// <inheritdoc/>
    public Task ForgetAsync() =>
        Forgetful?.ForgetMappingsAsync() ?? throw new InvalidOperationException("Neither NAT has mappings to forget.");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (LabRelay relay in _relays)
        {
            await relay.DisposeAsync();
        }

        await DisposeAsync(_lab, _proxy, _a, _b);
        _files.Delete(recursive: true);
    }

    private static async ValueTask DisposeAsync(NatLab lab, LabProxy? proxy, params LabHome?[] homes)
    {
        foreach (LabHome? home in homes)
        {
            await (home?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        if (proxy is not null)
        {
            await proxy.DisposeAsync();
        }

        await lab.DisposeAsync();
    }

    private LabRelay Find(IPEndPoint endPoint) => _relays.Find(relay => relay.EndPoint.Equals(endPoint))
        ?? throw new StoryException($"There is no relay at {endPoint}.");

    private async Task AddRelayAsync(string name, CancellationToken ct)
    {
        LabRelay relay = new(await _lab.AddPublicHostAsync(name, ct), _files.CreateSubdirectory(name).FullName);
        _relays.Add(relay);
        await relay.StartAsync(ct);
    }

    private string[] RelayArguments() => [.. _relays.SelectMany(relay => new[] { "--relay", relay.Address })];

    private async Task<IActor> StartChatAsync(LabHome home, string[] role, CancellationToken ct)
    {
        string identity = Path.Combine(_files.FullName, $"{home.Host.Name}.agent");
        string[] command =
        [
            .. Executables.Chat, "--json", "--identity", identity, .. RelayArguments(), .. role,
            .. home.Arguments(_proxy), .. Qlog is { } folder ? new[] { "--qlog", folder } : [],
        ];
        LabProcess process = await home.Host.StartAsync(command[0], command[1..], environment: null, ct);
        return new ChatActor(home.Host.Name, process, () => Now);
    }
}
