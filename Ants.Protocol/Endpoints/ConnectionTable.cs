using System.Buffers.Binary;
using Ants.Crypto;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Endpoints;

/// <summary>Finds the session of a packet by its connection id, or of a stateless reset by its token.</summary>
internal sealed class ConnectionTable(byte[] deviceSecret, EntropySource entropy)
{
    private readonly Dictionary<ConnectionId, (Session Session, uint PathId)> _byId = [];
    private readonly Dictionary<UInt128, Session> _byToken = [];
    private readonly Dictionary<Session, List<ConnectionId>> _idsOf = [];
    private readonly Dictionary<Session, List<UInt128>> _tokensOf = [];

    /// <summary>A random id that is not in use.</summary>
    public IssuedConnectionId Issue(Session session, uint pathId)
    {
        ConnectionId id;
        do
        {
            id = new ConnectionId(NextRandom());
        }
        while (!_byId.TryAdd(id, (session, pathId)));

        ListOf(_idsOf, session).Add(id);
        return new IssuedConnectionId(id, TokenFor(id));
    }

    public bool TryFind(ConnectionId id, out Session session, out uint pathId)
    {
        bool found = _byId.TryGetValue(id, out (Session Session, uint PathId) entry);
        (session, pathId) = entry;
        return found;
    }

    public Session? FindByToken(UInt128 token) => _byToken.GetValueOrDefault(token);

    public void ExpectReset(Session session, UInt128 token)
    {
        if (_byToken.TryAdd(token, session))
        {
            ListOf(_tokensOf, session).Add(token);
        }
    }

    public void ForgetReset(UInt128 token) => _byToken.Remove(token);

    /// <summary>Forgets everything about a session that is over.</summary>
    public void Remove(Session session)
    {
        foreach (ConnectionId id in ListOf(_idsOf, session))
        {
            _byId.Remove(id);
        }

        foreach (UInt128 token in ListOf(_tokensOf, session))
        {
            _byToken.Remove(token);
        }

        _idsOf.Remove(session);
        _tokensOf.Remove(session);
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

    private static List<T> ListOf<T>(Dictionary<Session, List<T>> lists, Session session)
    {
        if (!lists.TryGetValue(session, out List<T>? list))
        {
            lists[session] = list = [];
        }

        return list;
    }
}
