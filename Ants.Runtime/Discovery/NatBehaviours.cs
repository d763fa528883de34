using System.Net;
using System.Net.Sockets;
using Ants.Agents;
using Ants.Nat;
using Microsoft.Extensions.Logging;

namespace Ants.Discovery;

/// <summary>
/// Knows what the NATs before the agent do, in both families, and remembers it for each network that it was in. Nothing waits for it, and it sends
/// nothing from the agent's own socket. Runs on the driver.
/// </summary>
internal sealed partial class NatBehaviours
{
    private readonly AgentCore _core;
    private readonly AntsOptions _options;
    private readonly ILogger _logger;
    private readonly FamilyBehaviour[] _families;
    private readonly NetworkFile? _file;
    private volatile IReadOnlyList<NatBehaviour> _report = [];
    private bool _isOver;

    /// <param name="core">The agent.</param>
    /// <param name="options">Its options.</param>
    /// <param name="path">Where networks are kept; null for nowhere.</param>
    /// <param name="logger">Where to log.</param>
    public NatBehaviours(AgentCore core, AntsOptions options, string? path, ILogger logger)
    {
        _core = core;
        _options = options;
        _logger = logger;
        _file = path is null ? null : new NetworkFile(path, logger);
        _families = [new FamilyBehaviour(core, options, this, AddressFamily.InterNetwork), new FamilyBehaviour(core, options, this, AddressFamily.InterNetworkV6)];
    }

    /// <summary>What is known now. May be read by anybody.</summary>
    public IReadOnlyList<NatBehaviour> Report => _report;

    /// <summary>Whether nothing is being found out but how long mappings live.</summary>
    public bool IsSettled => Array.TrueForAll(_families, one => one.IsSettled);

    /// <summary>What was found where.</summary>
    public KnownNetworks Networks { get; private set; } = new();

    private bool IsOn => _options is { RelayOnly: false, NatDiscovery: true } && !_isOver;

    /// <summary>Reads what is remembered.</summary>
    public void Begin()
    {
        if (IsOn)
        {
            Networks = _file?.Read() ?? Networks;
            ScheduleForServers();
        }
    }

    /// <summary>A server has told where it sees the agent's own socket.</summary>
    public void OnObserved(IPEndPoint server, IPEndPoint external)
    {
        if (IsOn)
        {
            Of(external.AddressFamily).OnObserved(server, external.Address);
        }
    }

    /// <summary>A relay says that it has sent what was asked for.</summary>
    public void OnKnocked(StunTransactionId id, IPEndPoint to) => Array.ForEach(_families, one => one.OnKnocked(id, to));

    /// <summary>The host may be in another network; certainly if it <paramref name="moved"/>. Relays' answers say whether it is one that is known.</summary>
    public void OnNetworkChanged(bool moved)
    {
        if (IsOn && moved)
        {
            Array.ForEach(_families, one => one.Leave());
            ScheduleForServers();
        }
    }

    /// <summary>Ends all; completes when what was found is written.</summary>
    public Task StopAsync()
    {
        _isOver = true;
        Array.ForEach(_families, one => one.End());
        return _file?.FinishAsync() ?? Task.CompletedTask;
    }

    /// <summary>A family has news: peers are told with the addresses.</summary>
    public void OnChanged()
    {
        _report = [.. _families.Select(one => one.Current).OfType<NatBehaviour>()];
        _core.Gatherer.OnBehavioursChanged();
    }

    /// <summary>Keeps what was found.</summary>
    public void Remember(KnownNetwork network)
    {
        Networks.Remember(network);
        _file?.Save(Networks);
    }

    /// <summary>Something was found out.</summary>
    public void OnFound(NatBehaviour found) => LogFound(
        found.Family, found.Mapping, found.IsMappingExact, found.Filtering, found.IsFilteringExact, found.Allocation, found.AllocationStep, found.Hairpinning);

    private FamilyBehaviour Of(AddressFamily family) => _families[family == AddressFamily.InterNetwork ? 0 : 1];

    /// <summary>Servers that are no relays are asked by nobody else, so there is no answer to wait for.</summary>
    private void ScheduleForServers()
    {
        foreach (IPEndPoint server in _options.StunServers)
        {
            Of(EndPoints.FamilyOf(server)).Schedule();
        }
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "NAT, {Family}: mapping {Mapping} (exact: {MappingExact}), filtering {Filtering} (exact: {FilteringExact}), ports {Allocation} (step {Step}), hairpinning {Hairpinning}")]
    private partial void LogFound(AddressFamily family, MappingBehaviour mapping, bool mappingExact, FilteringBehaviour filtering, bool filteringExact, PortAllocation allocation, int step, bool? hairpinning);
}
