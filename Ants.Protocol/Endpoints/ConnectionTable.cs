using System.Buffers.Binary;
using Ants.Crypto;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Endpoints;

/// <summary>Finds the session of a packet by its connection id, or of a stateless reset by its token.</summary>
internal sealed class ConnectionTable(byte[] deviceSecret, EntropySource entropy)
{
    // Ids of paths that are gone. Late packets still name them, and a reset in answer to one would end the session; by the
    // time that so many more paths have come and gone, none is late any more.
    private const int MaxRetired = 16;

    private readonly Dictionary<ConnectionId, (Session Session, uint PathId)> _byId = [];
    private readonly Dictionary<UInt128, Session> _byToken = [];
    private readonly Dictionary<Session, Belongings> _bySession = [];

    /// <summary>A random id that is not in use.</summary>
    public IssuedConnectionId Issue(Session session, uint pathId)
    {
        ConnectionId id;
        do
        {
            id = new ConnectionId(NextRandom());
        }
        while (!_byId.TryAdd(id, (session, pathId)));

        Of(session).Ids.Add(id);
        return new IssuedConnectionId(id, TokenFor(id));
    }

    public bool TryFind(ConnectionId id, out Session session, out uint pathId)
    {
        bool found = _byId.TryGetValue(id, out (Session Session, uint PathId) entry);
        (session, pathId) = entry;
        return found;
    }

    /// <summary>Forgets an id in a while.</summary>
    public void Retire(Session session, ConnectionId id)
    {
        Belongings all = Of(session);
        Queue<ConnectionId> retired = all.Retired ??= new();
        retired.Enqueue(id);
        if (retired.Count > MaxRetired)
        {
            ConnectionId oldest = retired.Dequeue();
            all.Ids.Remove(oldest);
            _byId.Remove(oldest);
        }
    }

    public Session? FindByToken(UInt128 token) => _byToken.GetValueOrDefault(token);

    public void ExpectReset(Session session, UInt128 token)
    {
        if (_byToken.TryAdd(token, session))
        {
            Of(session).Tokens.Add(token);
        }
    }

    public void ForgetReset(Session session, UInt128 token)
    {
        // A peer may have given the token of somebody else's id: that one stays.
        if (Of(session).Tokens.Remove(token))
        {
            _byToken.Remove(token);
        }
    }

    /// <summary>Forgets everything about a session that is over.</summary>
    public void Remove(Session session)
    {
        if (!_bySession.Remove(session, out Belongings? all))
        {
            return;
        }

        foreach (ConnectionId id in all.Ids)
        {
            _byId.Remove(id);
        }

        foreach (UInt128 token in all.Tokens)
        {
            _byToken.Remove(token);
        }
    }

    /// <summary>
    /// The token by which this device says that it does not know <paramref name="id"/> (any more). Derived, not kept: a
    /// restarted process computes the same.
    /// </summary>
    public UInt128 TokenFor(ConnectionId id)
    {
        Span<byte> bytes = stackalloc byte[ConnectionId.Size];
        Span<byte> token = stackalloc byte[StatelessReset.TokenSize];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, id.Value);
        ResetTokens.Derive(deviceSecret, bytes, token);
        return BinaryPrimitives.ReadUInt128BigEndian(token);
    }

    public ulong NextRandom()
    {
        Span<byte> bytes = stackalloc byte[8];
        entropy.Fill(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    private Belongings Of(Session session)
    {
        if (!_bySession.TryGetValue(session, out Belongings? all))
        {
            _bySession[session] = all = new Belongings();
        }

        return all;
    }

    private sealed class Belongings
    {
        // A handful each: lists, which are a third of a set.
        public List<ConnectionId> Ids { get; } = new(6);

        public List<UInt128> Tokens { get; } = new(4);

        public Queue<ConnectionId>? Retired { get; set; }
    }
}
