using System.Diagnostics.Metrics;
using System.Net;
using System.Net.WebSockets;
using Ants.IdentityFiles;
using Ants.Relay.Forwarding;
using Ants.Relay.Observing;
using Microsoft.Extensions.Logging;

namespace Ants.Relay;

/// <summary>
/// A relay: agents that hold a session with it reach each other through it, and it tells whoever asks (STUN) from which
/// address the question came. It learns who talks to whom and how much, never what.
/// </summary>
/// <remarks>
/// It listens by UDP, which is all that agents with UDP need. For those without, whoever hosts it accepts WebSockets on the
/// TCP port of the same number and hands them over by <see cref="AttachAsync"/>, as the executable does. Safe to use from any
/// thread.
/// </remarks>
public sealed partial class RelayServer : IAsyncDisposable
{
    private readonly RelayCore _core;
    private readonly RelayInstruments _instruments;
    private readonly IdentityLock? _identityLock;
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly ILogger _logger;

    private RelayServer(RelayOptions options, RelayCore core, IdentityLock? identityLock)
    {
        _core = core;
        _instruments = RelayInstruments.Of(options.MeterFactory);
        _instruments.Add(core);
        _identityLock = identityLock;
        _time = options.Network.Time;
        MaxConnections = options.MaxWebSockets;
        _startedAt = _time.GetTimestamp();
        _logger = options.LoggerFactory.CreateLogger<RelayServer>();
        Address = options.AddressAt(core.Driver.LocalEndPoint.Port);
        Port = core.Driver.LocalEndPoint.Port;
    }

    /// <summary>What agents are given to find and to recognise this relay.</summary>
    public RelayAddress Address { get; }

    /// <summary>The relay's key.</summary>
    public RelayId Id => Address.Id!.Value;

    /// <summary>The UDP port that it listens on.</summary>
    public int Port { get; }

    /// <summary>The UDP port that answers STUN alone, by which agents learn what their NAT does; 0 when there is none.</summary>
    public int StunPort => _core.StunPort;

    /// <summary>Agents that are registered.</summary>
    public int AgentCount => _core.AgentCount;

    /// <summary>WebSockets that agents have open.</summary>
    public int ConnectionCount => _core.Connections.Count;

    /// <summary>Since the start.</summary>
    public TimeSpan Uptime => _time.GetElapsedTime(_startedAt);

    /// <summary>What it has done and dropped so far.</summary>
    public RelayCounters Counters => new(_core.Tally, _core.Driver.Endpoint.Counters);

    /// <summary>What measures it.</summary>
    internal Meter Meter => _instruments.Meter;

    /// <summary><see cref="RelayOptions.MaxWebSockets"/>.</summary>
    internal int MaxConnections { get; }

    /// <summary>Starts a relay. It serves when the task has completed.</summary>
    /// <exception cref="AntsException">
    /// <see cref="AntsError.InvalidOptions"/>; <see cref="AntsError.IdentityLocked"/>: another relay or agent runs on the
    /// identity's file; <see cref="AntsError.AddressInUse"/> or <see cref="AntsError.NetworkUnavailable"/>: the port cannot be had.
    /// </exception>
    public static Task<RelayServer> StartAsync(RelayOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        options.Validate();
        IdentityLock? identityLock = IdentityLock.Acquire(options.Identity);
        IDatagramSocket? socket = null;
        try
        {
            socket = options.Network.Bind(options.Listen);
            RelayCore core = new(options, socket, BindStun(options, socket.LocalEndPoint.Port));
            RelayServer server = new(options, core, identityLock);
            core.Start();
            server.LogStarted(server.Address, core.Driver.LocalEndPoint, server.StunPort);
            return Task.FromResult(server);
        }
        catch
        {
            socket?.Dispose();
            identityLock?.Dispose();
            throw;
        }
    }

    /// <summary>Whether agents have been told to move to other relays: <see cref="DrainAsync"/> was called.</summary>
    public bool IsDraining => _core.IsDraining;

    /// <summary>
    /// Tells all agents to move to other relays and goes on serving them. Returns when all have left or have said that they
    /// have nowhere to go, at the latest after <paramref name="deadline"/>; then dispose it. New agents are refused from now on.
    /// </summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled; the agents have been told.</exception>
    public async Task DrainAsync(TimeSpan deadline, CancellationToken cancellationToken = default)
    {
        int agents = AgentCount;
        LogDraining(agents, deadline);
        try
        {
            await _core.DrainAsync(deadline).WaitAsync(deadline, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Said below: some are left.
        }

        LogDrained(agents - AgentCount, AgentCount);
    }

    /// <summary>
    /// Serves an agent over a WebSocket that it has opened at <see cref="WebSocketRequest.Path"/> with the subprotocol
    /// <see cref="WebSocketRequest.Protocol"/>. The task completes when the connection is over, and never fails; the socket is
    /// disposed then. A connection above <see cref="RelayOptions.MaxWebSockets"/>, or that brings nothing from an agent, is closed.
    /// </summary>
    /// <param name="socket">Open.</param>
    /// <param name="from">The address that it comes from, whose connections are counted.</param>
    public Task AttachAsync(WebSocket socket, IPAddress from)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(from);
        return _core.Connections.RunAsync(socket, from);
    }

    /// <summary>Tells all agents that the relay stops, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _core.DisposeAsync();
        _instruments.Remove(_core);
        _identityLock?.Dispose();
        LogStopped(Uptime, Counters);
    }

    /// <summary>The second port: one that was named must be had, and the one that is taken otherwise may be missing.</summary>
    private static IDatagramSocket? BindStun(RelayOptions options, int port)
    {
        if (options.StunPortFor(port) is not { } wanted)
        {
            return null;
        }

        try
        {
            return options.Network.Bind(new IPEndPoint(options.Listen.Address, wanted));
        }
        catch (AntsException e) when (options.StunPort is null)
        {
            LogNoStunPort(options.LoggerFactory.CreateLogger<RelayServer>(), wanted, e.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Relay {Address} serves on {EndPoint}; STUN alone on port {StunPort} (0: none)")]
    private partial void LogStarted(RelayAddress address, IPEndPoint endPoint, int stunPort);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No second port for STUN, by which agents learn what their NAT does: {Port} cannot be had: {Reason}")]
    private static partial void LogNoStunPort(ILogger logger, int port, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Telling {Agents} agents to move, within {Deadline}")]
    private partial void LogDraining(int agents, TimeSpan deadline);

    [LoggerMessage(Level = LogLevel.Information, Message = "Drained: {Moved} agents have moved, {Left} have not")]
    private partial void LogDrained(int moved, int left);

    [LoggerMessage(Level = LogLevel.Information, Message = "Relay stopped after {Uptime}: {Counters}")]
    private partial void LogStopped(TimeSpan uptime, RelayCounters counters);
}
