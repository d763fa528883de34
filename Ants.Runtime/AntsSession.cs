using Ants.Agents;
using Ants.Driving;
using Ants.Observing;
using Ants.Protocol;
using Ants.Protocol.Streams;

namespace Ants;

/// <summary>
/// An encrypted session with one peer. It lives on one or more paths, relayed or direct, and moves between them as they come
/// and go; streams do not notice. There is at most one session between two agents.
/// </summary>
public sealed class AntsSession : IAsyncDisposable
{
    private readonly PeerSession _peer;

    internal AntsSession(AgentCore core, PeerSession peer)
    {
        Core = core;
        _peer = peer;
    }

    /// <summary>Who is at the other end; verified by the handshake.</summary>
    public AgentId PeerId => _peer.Session.Peer;

    /// <summary>The path in use, or the last one when none works at present.</summary>
    public PathChange CurrentPath => _peer.Path ?? throw new InvalidOperationException("The session is not established.");

    /// <summary>Completes when the session is over, and says how it ended. Never fails.</summary>
    public Task<CloseReason> Closed => _peer.Closed;

    internal AgentCore Core { get; }

    internal PeerSession Peer => _peer;

    /// <summary>
    /// The path in use, then each change of it, until the session is over. A reader that falls behind misses old changes,
    /// never the last ones.
    /// </summary>
    public IAsyncEnumerable<PathChange> PathChanges(CancellationToken cancellationToken = default) => _peer.WatchPathsAsync(cancellationToken);

    /// <summary>Why the session is relayed and what would change it, or how it came to be direct: as it is now.</summary>
    /// <exception cref="AntsException"><see cref="AntsError.Closed"/>: the agent was disposed.</exception>
    public async Task<TraversalReport> GetTraversalReportAsync(CancellationToken cancellationToken = default)
    {
        if (Core.IsStopping)
        {
            throw new AntsException(AntsError.Closed, "The agent was disposed.");
        }

        return await Core.Driver.InvokeAsync(() => Core.Diagnosis.Report(_peer)).WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Opens a stream to the peer's handler of <paramref name="protocol"/> (1 to 255 bytes of UTF-8). Costs no round trip;
    /// waits only while the peer allows no more streams.
    /// </summary>
    /// <exception cref="AntsException">The session is over. A protocol that the peer does not serve shows when the stream is read.</exception>
    public async ValueTask<AntsStream> OpenStreamAsync(string protocol, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        if (!StreamHeader.IsValid(protocol))
        {
            throw new ArgumentException($"A protocol's name has 1 to {StreamHeader.MaxNameBytes} bytes of UTF-8.", nameof(protocol));
        }

        using CallActivity call = CallActivity.OpenStream(PeerId, protocol, Core.Time);
        try
        {
            AntsStream stream = await _peer.OpenStreamAsync(protocol, cancellationToken);
            call.Succeed();
            return stream;
        }
        catch (Exception e)
        {
            call.Fail(e);
            throw;
        }
    }

    /// <summary>
    /// Ends the session and tells the peer <paramref name="reason"/> (at most 200 bytes of UTF-8). What has not been
    /// delivered by then is lost: await <see cref="AntsStream.DeliveredAsync"/> before.
    /// </summary>
    public async Task CloseAsync(string reason = "")
    {
        Core.Driver.Post(() => Core.Peers.Close(_peer, SessionErrorCode.None, reason));
        await _peer.Closed;
    }

    /// <summary>Closes the session, if it is not over.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync();
}
