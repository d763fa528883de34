using Ants.Crypto;
using Ants.Protocol.Sessions;

namespace Ants.Protocol.Handshake;

/// <summary>Where the early data of one message 1 go: its key, and the session that was made for it.</summary>
/// <param name="cipher">Opens the datagrams; disposed with this.</param>
/// <param name="session">A new session, which has heard nothing yet.</param>
/// <param name="unixEpoch">When 1970 was, on the clock of <see cref="Instant"/>.</param>
internal sealed class EarlyInbox(PacketCipher cipher, Session session, Instant unixEpoch) : IDisposable
{
    private int _taken;

    public Session Session => session;

    /// <summary>Whether nothing is to be taken any more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether the guard has let the first datagram in.</summary>
    public bool IsAdmitted { get; set; }

    public TimeSpan UnixTime(Instant now) => now - unixEpoch;

    /// <summary>Opens a datagram, each once; false when it is not authentic or came before.</summary>
    public bool TryOpen(in EarlyDatagram early, Span<byte> frames)
    {
        int bit = 1 << early.Number;
        if (IsClosed || (_taken & bit) != 0 || !early.TryOpen(cipher, frames))
        {
            return false;
        }

        _taken |= bit;
        return true;
    }

    public void Dispose()
    {
        IsClosed = true;
        cipher.Dispose();
    }
}
