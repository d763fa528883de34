using System.Diagnostics;
using System.Net;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Staging;

/// <summary>
/// The real thing: network namespaces with nftables NATs, a relay process, two Chat processes.
/// </summary>
/// <remarks>
/// <code>
///   relay (Ants.Relay)
///     |
///   public network ----+----------------+
///                    nat-a            nat-b
///                      |                |
///                    alice (listens)   bob (dials)
/// </code>
/// </remarks>
internal sealed class LabStage : IStage
{
    // Any port will do in a network of its own; these are not privileged, so that no capability is needed for them.
    private const int RelayPort = 4433;
    private const int ForwardedPort = 41641;

    private static readonly TimeSpan s_relayLimit = TimeSpan.FromSeconds(30);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("ants-two-nats-");
    private readonly NatLab _lab;
    private readonly Household _a;
    private readonly Household _b;
    private readonly LabHost _relayHost;
    private LabProcess? _relay;
    private Complaints? _relayLog;
    private string _relayAddress = "";

    private LabStage(NatLab lab, LabHost relayHost, Household a, Household b)
    {
        _lab = lab;
        _relayHost = relayHost;
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
    public string? Failure => _relay?.Exit.IsCompleted == true
        ? $"The relay has ended: {_relayLog!.Lines.LastOrDefault("it said nothing")}"
        : null;

    /// <inheritdoc/>
    public IReadOnlyList<string> Complaints => [.. (_relayLog?.Lines ?? []).Select(line => $"relay: {line}")];

    /// <inheritdoc/>
    public bool CanForget => Forgetful is not null;

    /// <inheritdoc/>
    public IReadOnlyList<string> Entrances =>
    [
        $"relay:  {_relayHost.EnterCommand}",
        $"nat-a:  {_a.Nat.EnterCommand}",
        $"alice:  {_a.Host.EnterCommand}",
        $"nat-b:  {_b.Nat.EnterCommand}",
        $"bob:    {_b.Host.EnterCommand}",
    ];

    // One NAT is enough to forget; A's, if it has something to.
    private LabNat? Forgetful => new[] { _a.Nat, _b.Nat }.FirstOrDefault(nat => nat.Behaviour != NatBehaviour.Open);

    /// <summary>Builds the networks and starts the relay.</summary>
    /// <exception cref="LabUnavailableException">The system allows no lab; the message is one line that says why.</exception>
    public static async Task<LabStage> BuildAsync(NatKind a, NatKind b, CancellationToken ct)
    {
        NatLab lab = await NatLab.CreateAsync(ct);
        LabStage? stage = null;
        try
        {
            LabHost relayHost = await lab.AddPublicHostAsync("relay", ct);
            stage = new LabStage(
                lab, relayHost, await Household.BuildAsync(lab, "nat-a", "alice", a, ct), await Household.BuildAsync(lab, "nat-b", "bob", b, ct));
            await stage.StartRelayAsync(ct);
            return stage;
        }
        catch
        {
            await (stage?.DisposeAsync() ?? lab.DisposeAsync());
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
    public Task CutAsync() => _a.Nat.CutAsync(_relayHost);

    /// <inheritdoc/>
    public Task RestoreAsync() => _a.Nat.RestoreAsync();

    /// <inheritdoc/>
    public Task ForgetAsync() =>
        Forgetful?.ForgetMappingsAsync() ?? throw new InvalidOperationException("Neither NAT has mappings to forget.");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_relay is not null)
        {
            await _relay.DisposeAsync();
        }

        await _lab.DisposeAsync();
        _files.Delete(recursive: true);
    }

    private async Task StartRelayAsync(CancellationToken ct)
    {
        string[] arguments =
        [
            Executables.Find("Ants.Relay"),
            "--listen", new IPEndPoint(_relayHost.Address, RelayPort).ToString(),
            "--data", _files.CreateSubdirectory("relay").FullName,
        ];
        _relay = await _relayHost.StartAsync(Executables.Host, arguments, environment: null, ct);
        _relayLog = new Complaints(_relay.Error);
        try
        {
            _relayAddress = await _relay.Output.ReadAsync(ct).AsTask().WaitAsync(s_relayLimit, ct);
        }
        catch (Exception e) when (e is System.Threading.Channels.ChannelClosedException or TimeoutException)
        {
            throw new StoryException($"The relay did not start: {_relayLog.Lines.LastOrDefault("it said nothing")}");
        }
    }

    private async Task<IActor> StartChatAsync(Household home, string[] role, CancellationToken ct)
    {
        string identity = Path.Combine(_files.FullName, $"{home.Host.Name}.agent");
        string[] arguments =
        [
            Executables.Find("samples", "Chat"), "--json", "--identity", identity, "--relay", _relayAddress, .. role,
            .. home.ForwardedAddress is IPEndPoint address
                ? new[] { "--port", $"{ForwardedPort}", "--advertise", address.ToString() }
                : [],
        ];
        LabProcess process = await home.Host.StartAsync(Executables.Host, arguments, environment: null, ct);
        return new ChatActor(home.Host.Name, process, () => Now);
    }

    /// <summary>A NAT and the one host behind it.</summary>
    private sealed record Household(LabNat Nat, LabHost Host, IPEndPoint? ForwardedAddress)
    {
        public static async Task<Household> BuildAsync(NatLab lab, string natName, string hostName, NatKind kind, CancellationToken ct)
        {
            LabNat nat = await lab.AddNatAsync(natName, Behaviour(kind), ct);
            LabHost host = await nat.AddHostAsync(hostName, ct);
            if (kind != NatKind.PortForwarded)
            {
                return new Household(nat, host, ForwardedAddress: null);
            }

            await nat.ForwardPortAsync(ForwardedPort, host);
            return new Household(nat, host, new IPEndPoint(nat.PublicAddress, ForwardedPort));
        }

        private static NatBehaviour Behaviour(NatKind kind) => kind switch
        {
            NatKind.Open => NatBehaviour.Open,
            NatKind.PortRestricted => NatBehaviour.PortRestricted,
            NatKind.FullCone => NatBehaviour.FullCone,
            NatKind.Symmetric => NatBehaviour.Symmetric,
            NatKind.PortForwarded => NatBehaviour.PortForwarded,
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }
}
