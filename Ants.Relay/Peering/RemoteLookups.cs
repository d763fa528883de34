using Ants.Agents;
using Ants.Protocol;
using Ants.Protocol.Relaying;
using Ants.Relay.Forwarding;
using Ants.Relay.Records;

namespace Ants.Relay.Peering;

/// <summary>
/// Asks the other relays for records that this one does not hold, on behalf of its agents. Those relays ask nobody else, so no
/// question goes round in a circle; several who want the same agent cost one question; and who asks pays for every relay that is asked.
/// On the driver.
/// </summary>
internal sealed class RemoteLookups
{
    // An agent waits three seconds for all of its relays: this one's answer has to travel yet.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    // For somebody of whom a record is known that may be old: what comes within a round trip across an ocean is waited for.
    private static readonly TimeSpan s_patienceForBetter = TimeSpan.FromMilliseconds(300);

    // An answer is good for so long, yes or no: a peer that comes, or moves, is found by the caller's next try after it.
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(5);

    // A thousand lookups under way at a round trip of 100 ms are 10,000 a second, far more than the other relays allow.
    private const int MaxQuestions = 1024;

    // Callers of one agent within a round trip.
    private const int MaxAskers = 1024;

    // What the other relays can have answered within the time above is below it; 400 KB.
    private const int MaxSettled = 4096;

    private readonly PeerRelays _peers;
    private readonly RecordStore _store;
    private readonly TimeProvider _time;
    private readonly RelayTally _tally;
    private readonly Dictionary<AgentId, Question> _questions = [];
    private readonly Dictionary<AgentId, Instant> _settled = [];
    private readonly Queue<(AgentId Agent, Instant Until)> _settledInOrder = new();

    public RemoteLookups(PeerRelays peers, RecordStore store, TimeProvider time, RelayTally tally)
    {
        (_peers, _store, _time, _tally) = (peers, store, time, tally);
        peers.Held = OnHeld;
        peers.Lost = OnLost;
    }

    /// <summary>Questions that wait for an answer.</summary>
    public int Count => _questions.Count;

    /// <summary>
    /// Asks the other relays for an agent's record. False when that is not to be done: none can be asked, their answer is known, or
    /// the asker has asked enough. <paramref name="done"/> is called later, when all have answered or some time is over; what came
    /// is in the store then.
    /// </summary>
    public bool TryAsk(RelayedAgent asker, AgentId wanted, bool isKnown, Action done)
    {
        if (_questions.TryGetValue(wanted, out Question? question))
        {
            if (question.Waiting.Count >= MaxAskers)
            {
                return false;
            }

            question.Waiting.Add(done);
            return true;
        }

        Settle();
        PeerRelay[] asked = [.. _peers.All.Where(peer => peer.IsHopeful && peer.Id != asker.Id && peer.Id != wanted)];
        if (asked.Length == 0 || _settled.ContainsKey(wanted) || _questions.Count >= MaxQuestions || !asker.MayHaveAsked(_peers.Now, asked.Length))
        {
            return false;
        }

        question = new Question(_peers.After(isKnown ? s_patienceForBetter : s_patience, () => Finish(wanted)));
        question.Waiting.Add(done);
        _questions.Add(wanted, question);
        foreach (PeerRelay peer in asked)
        {
            Ask(question, wanted, peer);
        }

        FinishIfAnswered(wanted, question);
        return true;
    }

    /// <summary>A registered end answers a lookup; only relays that were asked are listened to.</summary>
    public void OnAnswer(RelayedAgent from, in RelayControlMessage message)
    {
        if (_peers.Find(from.Id) is not { } peer)
        {
            return;
        }

        // Who it is about is looked at first: what nobody asked for does not make us check signatures.
        bool isRecord = message.Type == RelayControlType.Record;
        AgentId about = isRecord && message.Body.Length >= AgentId.Size ? AgentId.FromUncheckedBytes(message.Body.Span[..AgentId.Size])
            : message.TryReadNotFound(out AgentId missing) ? missing : default;
        if (!_questions.TryGetValue(about, out Question? question) || !question.Open.Remove(peer))
        {
            return;
        }

        if (isRecord)
        {
            Take(message.Body);
        }

        FinishIfAnswered(about, question);
    }

    private void Take(ReadOnlyMemory<byte> bytes)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (AgentRecord.TryRead(bytes, now, out AgentRecord? record, out _) && _store.Put(record, now) is null)
        {
            _tally.RecordsFetched++;
        }
        else
        {
            _tally.RecordsRefused++;
        }
    }

    private void Ask(Question question, AgentId wanted, PeerRelay peer)
    {
        // One that is being called is asked when it is there.
        if (peer.Link is null || peer.TryAsk(wanted))
        {
            question.Open.Add(peer);
            _tally.LookupsPassedOn += peer.Link is null ? 0 : 1;
        }
        else
        {
            question.IsPartial = true;
        }
    }

    private void OnHeld(PeerRelay peer)
    {
        foreach ((AgentId wanted, Question question) in _questions.Where(pair => pair.Value.Open.Contains(peer)).ToArray())
        {
            question.Open.Remove(peer);
            Ask(question, wanted, peer);
            FinishIfAnswered(wanted, question);
        }
    }

    private void OnLost(PeerRelay peer)
    {
        foreach ((AgentId wanted, Question question) in _questions.ToArray())
        {
            if (question.Open.Remove(peer))
            {
                question.IsPartial = true;
                FinishIfAnswered(wanted, question);
            }
        }
    }

    private void FinishIfAnswered(AgentId wanted, Question question)
    {
        if (question.Open.Count == 0)
        {
            Finish(wanted);
        }
    }

    private void Finish(AgentId wanted)
    {
        if (!_questions.Remove(wanted, out Question? question))
        {
            return;
        }

        question.Deadline.Cancel();
        if (question.Open.Count == 0 && !question.IsPartial && _settledInOrder.Count < MaxSettled && _settled.TryAdd(wanted, _peers.Now + s_settled))
        {
            _settledInOrder.Enqueue((wanted, _peers.Now + s_settled));
        }

        question.Waiting.ForEach(done => done());
    }

    private void Settle()
    {
        while (_settledInOrder.TryPeek(out (AgentId Agent, Instant Until) first) && first.Until <= _peers.Now)
        {
            _settled.Remove(_settledInOrder.Dequeue().Agent);
        }
    }

    /// <summary>An agent whose record is wanted, by whom, and who has not answered yet.</summary>
    private sealed class Question(ScheduledAction deadline)
    {
        public ScheduledAction Deadline => deadline;

        public HashSet<PeerRelay> Open { get; } = [];

        public List<Action> Waiting { get; } = [];

        /// <summary>Whether a relay could not be asked: its answer may be another one soon.</summary>
        public bool IsPartial { get; set; }
    }
}
