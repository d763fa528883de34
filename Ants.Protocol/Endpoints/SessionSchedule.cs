using System.Diagnostics.CodeAnalysis;
using Ants.Protocol.Sessions;

namespace Ants.Protocol.Endpoints;

/// <summary>Which sessions have something to send or to tell, and when each wants to be called next: one heap for all.</summary>
internal sealed class SessionSchedule
{
    private readonly Queue<Session> _sending = new();
    private readonly Queue<Session> _telling = new();
    private readonly DeadlineHeap<Entry> _heap = new();

    /// <summary>When the first session wants to be called; null for never.</summary>
    public Instant? NextTimeout => _heap.NextTimeout;

    public int Count { get; private set; }

    public void Add(Session session)
    {
        session.Turn = new Entry(session);
        Count++;
    }

    public void Remove(Session session)
    {
        if (session.Turn is Entry entry)
        {
            session.Turn = null;
            Count--;
            _heap.Remove(entry);
        }
    }

    /// <summary>The session has changed: look for datagrams, events and a new deadline.</summary>
    public void Wake(Session session)
    {
        if (session.Turn is not Entry entry)
        {
            return;
        }

        if (!entry.IsSending)
        {
            entry.IsSending = true;
            _sending.Enqueue(session);
        }

        if (!entry.IsTelling)
        {
            entry.IsTelling = true;
            _telling.Enqueue(session);
        }
    }

    public bool TryPeekSending(out Session? session) => _sending.TryPeek(out session);

    /// <summary>The session at the head has no more to send for now: notes when it wants to be called.</summary>
    public void FinishSending()
    {
        Session session = _sending.Dequeue();
        if (session.Turn is Entry entry)
        {
            entry.IsSending = false;
            Schedule(entry);
        }
    }

    /// <summary>Lets the others have a turn before the session at the head goes on.</summary>
    public void RotateSending() => _sending.Enqueue(_sending.Dequeue());

    public bool TryPeekTelling(out Session? session) => _telling.TryPeek(out session);

    public void FinishTelling()
    {
        if (_telling.Dequeue().Turn is Entry entry)
        {
            entry.IsTelling = false;
        }
    }

    /// <summary>The next session whose time has come; call until false.</summary>
    public bool TryTakeDue(Instant now, [NotNullWhen(true)] out Session? due)
    {
        while (_heap.TryTake(now, out Entry? entry))
        {
            due = entry.Session;
            if (due.NextTimeout <= now)
            {
                return true;
            }

            Schedule(entry);
        }

        due = null;
        return false;
    }

    /// <summary>
    /// A later deadline than the one in the heap is left to be found when that one comes: most deadlines move forward with
    /// every packet, and the heap need not.
    /// </summary>
    private void Schedule(Entry entry)
    {
        if (entry.Session.NextTimeout is { } next && next < entry.At)
        {
            _heap.Set(entry, next);
        }
    }

    private sealed class Entry(Session session) : Deadline
    {
        public Session Session => session;

        public bool IsSending { get; set; }

        public bool IsTelling { get; set; }
    }
}
