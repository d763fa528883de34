using System.Diagnostics.CodeAnalysis;
using Ants.Protocol.Sessions;

namespace Ants.Protocol.Handshake;

/// <summary>The handshakes that this endpoint has begun and that are not done.</summary>
internal sealed class Initiations
{
    private readonly Dictionary<ulong, Initiation> _byExchange = [];
    private readonly Dictionary<Session, Initiation> _bySession = [];

    /// <summary>When <see cref="HandleTimeout"/> is to be called; <see cref="Instant.Never"/> while there is nothing to send again.</summary>
    public Instant NextTimeout
    {
        get
        {
            Instant next = Instant.Never;
            foreach (Initiation initiation in _bySession.Values)
            {
                next = Instant.Min(next, initiation.NextTimeout ?? Instant.Never);
            }

            return next;
        }
    }

    public void Add(Initiation initiation)
    {
        _byExchange.Add(initiation.ExchangeId, initiation);
        _bySession.Add(initiation.Session, initiation);
    }

    public bool TryGet(ulong exchangeId, [NotNullWhen(true)] out Initiation? initiation) =>
        _byExchange.TryGetValue(exchangeId, out initiation);

    public Initiation? Find(Session session) => _bySession.GetValueOrDefault(session);

    /// <summary>Ends the handshake of a session, if there is one; tells whether there was.</summary>
    public bool Remove(Session session)
    {
        if (!_bySession.Remove(session, out Initiation? initiation))
        {
            return false;
        }

        _byExchange.Remove(initiation.ExchangeId);
        initiation.Dispose();
        return true;
    }

    public void HandleTimeout(Instant now)
    {
        foreach (Initiation initiation in _bySession.Values)
        {
            initiation.HandleTimeout(now);
        }
    }

    public bool TryPollTransmit(Span<byte> buffer, out CarrierAddress to, out int length)
    {
        foreach (Initiation initiation in _bySession.Values)
        {
            if (initiation.TryPollTransmit(buffer, out to, out length))
            {
                return true;
            }
        }

        to = default;
        length = 0;
        return false;
    }
}
