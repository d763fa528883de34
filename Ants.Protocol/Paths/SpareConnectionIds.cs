using Ants.Protocol.Recovery;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Paths;

/// <summary>
/// Connection ids for paths that do not exist yet, ours and the peer's, so that a path opens without asking. A path id
/// belongs to one id of each side and is never used twice.
/// </summary>
internal sealed class SpareConnectionIds(Session session, ISessionHost host, ReliableFrames reliable)
{
    // A punch opens one or two paths at a time.
    private const int Ahead = 3;

    // What a peer may give: its own ahead, and as many again while news of used-up ones is on its way.
    private const int MaxOfPeer = 4 * Ahead;

    private readonly Dictionary<uint, IssuedConnectionId> _local = [];
    private readonly Dictionary<uint, IssuedConnectionId> _peer = [];
    private uint _next = ProbePath.PathId + 1;

    /// <summary>Keeps the ids of path 0, which came with the handshake, until its first packet.</summary>
    public void AddFirst(IssuedConnectionId local, IssuedConnectionId peer) => (_local[0], _peer[0]) = (local, peer);

    /// <summary>Gives the peer ids until enough are ahead.</summary>
    public void Provide()
    {
        Span<byte> buffer = stackalloc byte[NewConnectionIdFrame.MaxLength];
        while (_local.Count < Ahead)
        {
            uint id = _next++;
            IssuedConnectionId issued = host.Issue(session, id);
            _local[id] = issued;
            WireWriter writer = new(buffer);
            new NewConnectionIdFrame(id, issued).Write(ref writer);
            reliable.Put(SentFrameKind.NewConnectionId, id, writer.Span);
        }
    }

    /// <summary>Takes an id of the peer's. False when it gives more than it has reason to.</summary>
    public bool TryAdd(in NewConnectionIdFrame frame)
    {
        // Below what we have given and without an id of ours: an echo of one that was used up.
        bool used = frame.PathId <= ProbePath.PathId || (frame.PathId < _next && !_local.ContainsKey(frame.PathId));
        if (used || _peer.ContainsKey(frame.PathId))
        {
            return true;
        }

        if (_peer.Count >= MaxOfPeer)
        {
            return false;
        }

        _peer[frame.PathId] = frame.Issued;
        return true;
    }

    /// <summary>The lowest path id for which both sides have given a connection id.</summary>
    public bool TryTakeNext(out uint id, out IssuedConnectionId local, out IssuedConnectionId peer)
    {
        uint lowest = uint.MaxValue;
        foreach (uint candidate in _peer.Keys)
        {
            lowest = _local.ContainsKey(candidate) ? Math.Min(lowest, candidate) : lowest;
        }

        id = lowest;
        return TryTake(id, out local, out peer);
    }

    /// <summary>The ids of path <paramref name="id"/>; false, and nothing taken, when one of them is missing.</summary>
    public bool TryTake(uint id, out IssuedConnectionId local, out IssuedConnectionId peer)
    {
        peer = default;
        if (!_local.TryGetValue(id, out local) || !_peer.Remove(id, out peer))
        {
            return false;
        }

        return _local.Remove(id);
    }

    /// <summary>The peer gave a path up whose packets never came.</summary>
    public void Retire(uint id)
    {
        _peer.Remove(id);
        if (_local.Remove(id, out IssuedConnectionId local))
        {
            host.Retire(session, local.Id);
            Provide();
        }
    }
}
