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

    // A handful: lists, which are half of a dictionary.
    private readonly List<Spare> _local = new(Ahead);
    private readonly List<Spare> _peer = new(Ahead);
    private uint _next = ProbePath.PathId + 1;

    /// <summary>Keeps the ids of path 0, which came with the handshake, until its first packet.</summary>
    public void AddFirst(IssuedConnectionId local, IssuedConnectionId peer)
    {
        _local.Add(new Spare(0, local));
        _peer.Add(new Spare(0, peer));
    }

    /// <summary>Gives the peer ids until enough are ahead.</summary>
    public void Provide()
    {
        Span<byte> buffer = stackalloc byte[NewConnectionIdFrame.MaxLength];
        while (_local.Count < Ahead)
        {
            uint id = _next++;
            IssuedConnectionId issued = host.Issue(session, id);
            _local.Add(new Spare(id, issued));
            WireWriter writer = new(buffer);
            new NewConnectionIdFrame(id, issued).Write(ref writer);
            reliable.Put(SentFrameKind.NewConnectionId, id, writer.Span);
        }
    }

    /// <summary>Takes an id of the peer's. False when it gives more than it has reason to.</summary>
    public bool TryAdd(in NewConnectionIdFrame frame)
    {
        // Below what we have given and without an id of ours: an echo of one that was used up.
        bool used = frame.PathId <= ProbePath.PathId || (frame.PathId < _next && IndexOf(_local, frame.PathId) < 0);
        if (used || IndexOf(_peer, frame.PathId) >= 0)
        {
            return true;
        }

        if (_peer.Count >= MaxOfPeer)
        {
            return false;
        }

        _peer.Add(new Spare(frame.PathId, frame.Issued));
        return true;
    }

    /// <summary>The lowest path id for which both sides have given a connection id.</summary>
    public bool TryTakeNext(out uint id, out IssuedConnectionId local, out IssuedConnectionId peer)
    {
        uint lowest = uint.MaxValue;
        foreach (Spare candidate in _peer)
        {
            lowest = IndexOf(_local, candidate.PathId) >= 0 ? Math.Min(lowest, candidate.PathId) : lowest;
        }

        id = lowest;
        return TryTake(id, out local, out peer);
    }

    /// <summary>The ids of path <paramref name="id"/>; false, and nothing taken, when one of them is missing.</summary>
    public bool TryTake(uint id, out IssuedConnectionId local, out IssuedConnectionId peer)
    {
        (local, peer) = (default, default);
        return IndexOf(_local, id) >= 0 && TryRemove(_peer, id, out peer) && TryRemove(_local, id, out local);
    }

    /// <summary>The peer gave a path up whose packets never came.</summary>
    public void Retire(uint id)
    {
        TryRemove(_peer, id, out _);
        if (TryRemove(_local, id, out IssuedConnectionId local))
        {
            host.Retire(session, local.Id);
            Provide();
        }
    }

    private static bool TryRemove(List<Spare> spares, uint id, out IssuedConnectionId removed)
    {
        int index = IndexOf(spares, id);
        removed = index < 0 ? default : spares[index].Issued;
        if (index >= 0)
        {
            spares.RemoveAt(index);
        }

        return index >= 0;
    }

    private static int IndexOf(List<Spare> spares, uint id)
    {
        for (int i = 0; i < spares.Count; i++)
        {
            if (spares[i].PathId == id)
            {
                return i;
            }
        }

        return -1;
    }

    private readonly record struct Spare(uint PathId, IssuedConnectionId Issued);
}
