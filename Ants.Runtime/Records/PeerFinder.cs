using Ants.Agents;
using Ants.Protocol;
using Ants.Protocol.Relaying;

namespace Ants.Records;

/// <summary>
/// Asks the relays that are held where peers are, and remembers what the peers' records say. On the driver.
/// </summary>
internal sealed class PeerFinder(AgentCore core, TimeProvider time)
{
    // Peers of an agent with many sessions; at most 1 MB.
    private const int MaxKnown = 256;

    // A relay may ask others, for two seconds, before it says that nobody knows.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private readonly Dictionary<AgentId, Question> _questions = [];
    private readonly Dictionary<AgentId, AgentRecord> _known = [];

    /// <summary>What a peer said last about itself, as far as it was asked for and is still valid.</summary>
    public AgentRecord? Known(AgentId peer) =>
        _known.TryGetValue(peer, out AgentRecord? record) && record.IsValidAt(time.GetUtcNow()) ? record : null;

    /// <summary>
    /// Asks every held relay for the newest record of a peer. <paramref name="then"/> is called once, on the driver, with the best
    /// that is known when all have answered or some time is over.
    /// </summary>
    public void Find(AgentId peer, Action<AgentRecord?>? then = null)
    {
        if (!_questions.TryGetValue(peer, out Question? question))
        {
            question = new Question();
            _questions.Add(peer, question);
            core.After(s_patience, () => Finish(peer, question));
        }

        if (then is not null)
        {
            question.Waiting.Add(then);
        }

        foreach (RelayLink link in core.Links.Held)
        {
            if (!question.Asked.Contains(link) && link.TryAsk(RelayControlMessage.Lookup(peer, mayAsk: true)))
            {
                question.Asked.Add(link);
            }
        }

        FinishIfAnswered(peer, question);
    }

    /// <summary>Whether a relay has been asked for a peer's record, and has not answered.</summary>
    public bool Expects(RelayLink link, AgentId peer) =>
        _questions.TryGetValue(peer, out Question? question) && question.Asked.Contains(link) && !question.Answered.Contains(link);

    /// <summary>A relay shows a record that it was asked for.</summary>
    public void OnRecord(RelayLink link, AgentRecord record)
    {
        if (record.Replaces(Known(record.Agent)))
        {
            if (_known.Count >= MaxKnown && !_known.ContainsKey(record.Agent))
            {
                Forget();
            }

            _known[record.Agent] = record;
        }

        OnNotFound(link, record.Agent);
    }

    /// <summary>A relay has answered, and knows nothing more of a peer.</summary>
    public void OnNotFound(RelayLink link, AgentId peer)
    {
        if (_questions.TryGetValue(peer, out Question? question))
        {
            question.Answered.Add(link);
            FinishIfAnswered(peer, question);
        }
    }

    /// <summary>Nobody will answer any more.</summary>
    public void Stop()
    {
        foreach ((AgentId peer, Question question) in _questions.ToArray())
        {
            Finish(peer, question);
        }
    }

    private void FinishIfAnswered(AgentId peer, Question question)
    {
        if (question.Asked.All(link => question.Answered.Contains(link) || link.State != RelayLinkState.Held))
        {
            Finish(peer, question);
        }
    }

    private void Finish(AgentId peer, Question question)
    {
        if (_questions.TryGetValue(peer, out Question? current) && current == question)
        {
            _questions.Remove(peer);
            foreach (Action<AgentRecord?> then in question.Waiting)
            {
                then(Known(peer));
            }
        }
    }

    /// <summary>Makes room: for peers without a session first.</summary>
    private void Forget()
    {
        AgentId victim = _known.Keys.FirstOrDefault(peer => !core.Endpoint.TryGetSession(peer, out _));
        _known.Remove(victim.IsNone ? _known.Keys.First() : victim);
    }

    /// <summary>Who was asked, and who waits for the answer.</summary>
    private sealed class Question
    {
        public HashSet<RelayLink> Asked { get; } = [];

        public HashSet<RelayLink> Answered { get; } = [];

        public List<Action<AgentRecord?>> Waiting { get; } = [];
    }
}
