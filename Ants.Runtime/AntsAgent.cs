using System.Net;
using Ants.Agents;
using Ants.Driving;
using Ants.IdentityFiles;
using Ants.Nat;
using Ants.Observing;
using Ants.Protocol.Streams;

namespace Ants;

/// <summary>
/// An agent: a program with a key, reachable by that key from anywhere. It holds its relays, answers peers, and opens
/// sessions that begin relayed and become direct as soon as a way is found.
/// </summary>
public sealed class AntsAgent : IAsyncDisposable
{
    // With one relay the agent can be reached; a second one that takes longer than this joins later.
    private static readonly TimeSpan s_relayPatience = TimeSpan.FromSeconds(3);

    private readonly AntsOptions _options;
    private readonly AgentCore _core;
    private readonly IdentityLock? _lock;
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isDisposed;

    private AntsAgent(AntsOptions options, AgentCore core, IdentityLock? identityLock)
    {
        _options = options;
        _core = core;
        _lock = identityLock;
    }

    /// <summary>The agent's id.</summary>
    public AgentId Id => _options.Identity.Id;

    /// <summary>The UDP port that is bound.</summary>
    public int Port => _core.Driver.LocalEndPoint.Port;

    /// <summary>The relays at which the agent is registered now.</summary>
    public IReadOnlyList<RelayAddress> HeldRelays => [.. _core.Links.Held.Select(link => link.Address)];

    /// <summary>
    /// What a peer needs to reach this agent: its id, those of its own relays that it holds, and the addresses that it
    /// advertises.
    /// </summary>
    public Invite Invite => new(
        Id, _core.Links.Staying.Where(link => !link.IsBorrowed).Select(link => link.Address), _options.AdvertisedAddresses);

    /// <summary>What routers were asked for and gave, as it is now. May be asked from any thread.</summary>
    public PortMappingReport PortMapping => _core.Mappings.Report;

    internal AgentCore Core => _core;

    /// <summary>What the agent knows of the network that it is in, as it is now.</summary>
    public async Task<NatReport> GetNatReportAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        return await _core.Driver.InvokeAsync(_core.Diagnosis.Report).WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Finds out what is not known yet of the network that the agent is in, the packet size towards its relays too. Returns when all is known, or
    /// after about six seconds with what is. Costs some tens of packets; sessions do not notice.
    /// </summary>
    public async Task<NatReport> DiagnoseAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        Task<NatReport> report = await _core.Driver.InvokeAsync(_core.Diagnosis.RunAsync).WaitAsync(cancellationToken);
        return await report.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Starts an agent. Returns when <see cref="AntsOptions.WarmRelays"/> of the relays named have registered it (all, when fewer are
    /// named), or after 3 s when at least one has; with no relay at once. Relays that are missing then are called again in the background.
    /// </summary>
    /// <exception cref="AntsException">
    /// <see cref="AntsError.InvalidOptions"/>, <see cref="AntsError.IdentityLocked"/>, <see cref="AntsError.AddressInUse"/>;
    /// <see cref="AntsError.RelayUnreachable"/> or <see cref="AntsError.RelayKeyMismatch"/> when no relay could be had within
    /// <see cref="AntsOptions.ConnectTimeout"/>.
    /// </exception>
    public static async Task<AntsAgent> StartAsync(AntsOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        IdentityLock? identityLock = IdentityLock.Acquire(options.Identity);
        AntsAgent? agent = null;
        try
        {
            IDatagramSocket socket = options.Network.Bind(new IPEndPoint(IPAddress.IPv6Any, options.Port));
            agent = new AntsAgent(options, new AgentCore(options, socket), identityLock);
            await agent.HoldRelaysAsync(cancellationToken);
            return agent;
        }
        catch
        {
            if (agent is not null)
            {
                await agent.DisposeAsync();
            }

            identityLock?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Has streams of <paramref name="protocol"/> that peers open handled, each by a call of its own. The stream is disposed
    /// when the handler returns; an exception resets it. A later handler of the same name takes the place of the earlier.
    /// </summary>
    public void Serve(string protocol, Func<AntsStream, CancellationToken, Task> handler, ServeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        CheckProtocol(protocol);
        _core.Dispatcher.Serve(protocol, handler, options ?? new ServeOptions());
        if (options is { AllowEarlyData: true })
        {
            _core.Driver.Post(() => _core.Endpoint.AllowEarlyData(_core.UnixTime));
        }

        _core.Driver.Post(_core.Publisher.OnChanged);
    }

    /// <summary>
    /// What an agent says about itself, as far as a relay that this agent holds knows it; <see langword="null"/> when none does.
    /// Of several records the newest, whose signature has been checked.
    /// </summary>
    public async Task<AgentRecord?> FindAsync(AgentId agent, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        TaskCompletionSource<AgentRecord?> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _core.Driver.Post(() => _core.Finder.Find(agent, found.SetResult));
        return await found.Task.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// The next session that a peer has begun and <see cref="AntsOptions.Authorize"/> has accepted. Calling it is not
    /// required: handlers run without it. The last 64 wait.
    /// </summary>
    /// <exception cref="AntsException"><see cref="AntsError.Closed"/>: the agent was disposed.</exception>
    public async ValueTask<AntsSession> AcceptSessionAsync(CancellationToken cancellationToken = default)
    {
        while (await _core.Incoming.WaitToReadAsync(cancellationToken))
        {
            if (_core.Incoming.TryRead(out AntsSession? session))
            {
                return session;
            }
        }

        throw new AntsException(AntsError.Closed, "The agent was disposed.");
    }

    /// <summary>The session with a peer, over the relays that this agent holds.</summary>
    /// <inheritdoc cref="ConnectAsync(Invite, CancellationToken)" path="/remarks|/exception"/>
    public Task<AntsSession> ConnectAsync(AgentId peer, CancellationToken cancellationToken = default) =>
        ConnectAsync(new Invite(peer), cancellationToken);

    /// <summary>The session with the peer of an invite, over its relays, its direct addresses and the relays that this agent holds.</summary>
    /// <remarks>Returns the session that there is already, when there is one: two agents share one session.</remarks>
    /// <exception cref="AntsException">
    /// <see cref="AntsError.PeerUnreachable"/> (within 5 s when all relays say so), <see cref="AntsError.PeerRefused"/>,
    /// <see cref="AntsError.ConnectTimeout"/>, <see cref="AntsError.Closed"/>.
    /// </exception>
    public async Task<AntsSession> ConnectAsync(Invite invite, CancellationToken cancellationToken = default)
    {
        CheckCall(invite, cancellationToken);
        using CallActivity call = CallActivity.Connect(invite.PeerId, _core.Time);
        PeerSession peer = await _core.Driver.InvokeAsync(() => _core.Peers.Connect(invite));
        try
        {
            AntsSession session = await peer.Established.WaitAsync(cancellationToken);
            call.Succeed(session.CurrentPath.Kind);
            return session;
        }
        catch (Exception e)
        {
            call.Fail(e);
            throw;
        }
        finally
        {
            _core.Driver.Post(peer.Calls.Remove);
        }
    }

    /// <summary>
    /// Opens a stream whose first bytes travel with the first message to the peer, if there is no session with it yet: its answer comes after
    /// one round trip instead of two. Returns when the session is established.
    /// </summary>
    /// <param name="invite">The peer, as in <see cref="ConnectAsync(Invite, CancellationToken)"/>.</param>
    /// <param name="protocol">What is spoken on the stream; the peer's handler need not have opted in.</param>
    /// <param name="firstBytes">
    /// The beginning of the stream. About 3,800 bytes of it go early, the rest with the session. <see cref="AntsStream.Output"/> goes on behind it.
    /// </param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <remarks>
    /// <b>What goes early is protected less than everything else:</b> it is not forward-secret (who gets the peer's private key later can read what was
    /// recorded), it is not safe from a quantum computer, and whoever recorded it can send it to the peer again. Give only bytes that may be read
    /// late and handled twice. A peer that takes no early data
    /// (see <see cref="ServeOptions.AllowEarlyData"/>) gets the same bytes with the session, and loses or doubles nothing.
    /// </remarks>
    /// <inheritdoc cref="ConnectAsync(Invite, CancellationToken)" path="/exception"/>
    public async Task<AntsStream> OpenStreamAsync(
        Invite invite, string protocol, ReadOnlyMemory<byte> firstBytes, CancellationToken cancellationToken = default)
    {
        CheckProtocol(protocol);
        CheckCall(invite, cancellationToken);
        using CallActivity call = CallActivity.Connect(invite.PeerId, _core.Time);
        (PeerSession peer, AntsStream? stream) = await _core.Driver.InvokeAsync(() =>
        {
            PeerSession called = _core.Peers.Connect(invite);
            return (called, called.TryOpenEarly(protocol, firstBytes));
        });
        AntsSession session;
        try
        {
            session = await peer.Established.WaitAsync(cancellationToken);
            call.Succeed(session.CurrentPath.Kind);
        }
        catch (Exception e)
        {
            call.Fail(e);
            stream?.Abort(StreamErrors.Aborted);
            throw;
        }
        finally
        {
            _core.Driver.Post(peer.Calls.Remove);
        }

        if (stream is null)
        {
            stream = await session.OpenStreamAsync(protocol, cancellationToken);
            await stream.Output.WriteAsync(firstBytes, cancellationToken);
        }

        return stream;
    }

    /// <summary>Ends all sessions, tells peers and relays, and frees the port and the identity. May be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            await _disposed.Task;
            return;
        }

        _core.BeginStop();
        Task returned = await _core.Driver.InvokeAsync(() => _core.Mappings.ReleaseAsync());
        await _core.Driver.InvokeAsync(() => _core.Peers.CloseAll());
        await _core.Driver.InvokeAsync(() => _core.CloseLinks());
        await returned;
        await _core.DisposeAsync();
        _lock?.Dispose();
        _disposed.SetResult();
    }

    private static void CheckProtocol(string protocol)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        if (!StreamHeader.IsValid(protocol))
        {
            throw new ArgumentException($"A protocol's name has 1 to {StreamHeader.MaxNameBytes} bytes of UTF-8.", nameof(protocol));
        }
    }

    private void CheckCall(Invite invite, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(invite);
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        if (invite.PeerId == Id)
        {
            throw new AntsException(AntsError.InvalidOptions, "The invite is this agent's own: an agent has no session with itself.");
        }

        if (invite.Relays.FirstOrDefault(relay => relay.Id is null) is { } keyless)
        {
            throw new AntsException(AntsError.InvalidOptions, $"The invite's relay {keyless} has no key: accepted is {keyless}#z6Mk...");
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task HoldRelaysAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _core.Driver.Start();
        _core.Driver.Post(() =>
        {
            RelayHolding holding = new(_core, _options, all);
            _core.Selection.Changed = holding.Look;
            _core.Selection.Begin(_options.Relays);
            _core.After(s_relayPatience, holding.TakeOne);
            _core.After(_options.ConnectTimeout, holding.GiveUp);
            holding.Look();

            // To look for routers takes a system a millisecond or more: after the first packets to the relays.
            _core.After(TimeSpan.Zero, _core.Mappings.Begin);
        });
        await all.Task.WaitAsync(cancellationToken);
    }
}
