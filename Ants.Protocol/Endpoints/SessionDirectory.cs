using System.Diagnostics.CodeAnalysis;
using Ants.Protocol.Sessions;

namespace Ants.Protocol.Endpoints;

/// <summary>
/// The sessions of an endpoint by peer: one that is connecting or stands, and one that was accepted and has yet to prove
/// itself.
/// </summary>
internal sealed class SessionDirectory
{
    private readonly Dictionary<AgentId, Session> _current = [];
    private readonly Dictionary<AgentId, Unproven> _unproven = [];

    public IEnumerable<Session> Current => _current.Values;

    public bool TryGet(AgentId peer, [NotNullWhen(true)] out Session? session) => _current.TryGetValue(peer, out session);

    public void SetCurrent(Session session) => _current[session.Peer] = session;

    /// <summary>The accepted session of a peer that has yet to prove itself, and the timestamp of its handshake.</summary>
    public bool TryGetUnproven(AgentId peer, out Unproven unproven) => _unproven.TryGetValue(peer, out unproven);

    public void SetUnproven(Session session, ulong timestamp) => _unproven[session.Peer] = new Unproven(session, timestamp);

    /// <summary>
    /// A session has proved itself and is the current one now. Returns the one whose place it takes, if any, and the timestamp
    /// of the peer's handshake, if the peer began it.
    /// </summary>
    public (Session? Older, ulong? Timestamp) Establish(Session session)
    {
        ulong? timestamp = null;
        if (_unproven.TryGetValue(session.Peer, out Unproven unproven) && unproven.Session == session)
        {
            _unproven.Remove(session.Peer);
            timestamp = unproven.Timestamp;
        }

        Session? older = _current.GetValueOrDefault(session.Peer);
        _current[session.Peer] = session;
        return (older == session ? null : older, session.IsInitiator ? null : timestamp);
    }

    public void Remove(Session session)
    {
        if (_current.GetValueOrDefault(session.Peer) == session)
        {
            _current.Remove(session.Peer);
        }

        if (_unproven.TryGetValue(session.Peer, out Unproven unproven) && unproven.Session == session)
        {
            _unproven.Remove(session.Peer);
        }
    }

    internal readonly record struct Unproven(Session Session, ulong Timestamp);
}
