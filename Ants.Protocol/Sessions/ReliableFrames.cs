using System.Diagnostics.CodeAnalysis;
using Ants.Protocol.Recovery;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Sessions;

/// <summary>
/// The session's own control frames that must arrive: connection ids, path news, candidates. Each is kept by kind and
/// subject until it is acknowledged; a newer one for the same subject takes the older one's place, so that a
/// retransmission never carries what is no longer true.
/// </summary>
internal sealed class ReliableFrames
{
    // What is to arrive, and in which order it goes out. What a session has to say of itself comes in bursts, at its start and when
    // paths change: both are null between them.
    private Dictionary<(SentFrameKind Kind, ulong Id), Entry>? _entries;
    private Queue<(SentFrameKind Kind, ulong Id)>? _pending;
    private ulong _version, _candidatesSequence;

    public bool HasPending => TryPeek(out _, out _);

    /// <summary>Queues an encoded frame of <paramref name="kind"/> about <paramref name="id"/>.</summary>
    public void Put(SentFrameKind kind, ulong id, ReadOnlySpan<byte> encoded)
    {
        _entries ??= [];
        bool waits = _entries.TryGetValue((kind, id), out Entry? older) && older.IsPending;
        _entries[(kind, id)] = new Entry(++_version, encoded.ToArray());
        if (!waits)
        {
            (_pending ??= new()).Enqueue((kind, id));
        }
    }

    public void Put(SentFrameKind kind, in NumberFrame frame)
    {
        Span<byte> buffer = stackalloc byte[32];
        WireWriter writer = new(buffer);
        frame.TryWrite(ref writer);
        Put(kind, frame.First, writer.Span);
    }

    /// <summary>Queues the addresses at which this end may be reached now.</summary>
    public void PutCandidates(IReadOnlyList<WireCandidate> candidates)
    {
        WireWriter writer = new(new byte[CandidatesFrame.MaxLength(candidates.Count)]);
        CandidatesFrame.Write(ref writer, ++_candidatesSequence, candidates);
        Put(SentFrameKind.Candidates, 0, writer.Span);
    }

    /// <summary>Writes as many pending frames as fit.</summary>
    public void Write(ref WireWriter writer, SentFrames notes)
    {
        while (TryPeek(out (SentFrameKind Kind, ulong Id) key, out Entry? entry) && entry.Encoded.Length <= writer.Remaining)
        {
            writer.WriteBytes(entry.Encoded);
            notes.Add(new SentFrame(key.Kind, key.Id, entry.Version));
            entry.IsPending = false;
            _pending!.Dequeue();
        }
    }

    public void OnAcked(in SentFrame frame)
    {
        if (Find(frame) is null)
        {
            return;
        }

        _entries!.Remove((frame.Kind, frame.Id));
        if (_entries.Count == 0)
        {
            (_entries, _pending) = (null, null);
        }
    }

    /// <summary>Sends the frame again if it still stands: it was lost, or is wanted on a second path.</summary>
    public void Requeue(in SentFrame frame)
    {
        if (Find(frame) is { IsPending: false } entry)
        {
            entry.IsPending = true;
            (_pending ??= new()).Enqueue((frame.Kind, frame.Id));
        }
    }

    /// <summary>What <paramref name="frame"/> carried, if it still stands.</summary>
    private Entry? Find(in SentFrame frame) =>
        _entries is not null && _entries.TryGetValue((frame.Kind, frame.Id), out Entry? entry) && entry.Version == frame.Offset ? entry : null;

    /// <summary>The next one to write; passes over what was acknowledged while it waited to be sent once more.</summary>
    private bool TryPeek(out (SentFrameKind Kind, ulong Id) key, [NotNullWhen(true)] out Entry? entry)
    {
        (key, entry) = (default, null);
        while (_pending is not null && _pending.TryPeek(out key))
        {
            if (_entries is not null && _entries.TryGetValue(key, out entry) && entry.IsPending)
            {
                return true;
            }

            _pending.Dequeue();
        }

        return false;
    }

    private sealed class Entry(ulong version, byte[] encoded)
    {
        public ulong Version { get; } = version;

        public byte[] Encoded { get; } = encoded;

        public bool IsPending { get; set; } = true;
    }
}
