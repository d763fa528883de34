using Ants.Protocol;
using Ants.Protocol.Handshake;

namespace Ants.Tests.Simulation;

/// <summary>Messages 1 that look right to anybody who does not spend a curve operation on them.</summary>
internal sealed class Flood(EndpointPair pair)
{
    // As long as a true one.
    private readonly byte[] _message = new byte[1556];
    private ulong _exchange;

    /// <summary>Sends Bob a whole message 1 of nonsense.</summary>
    public void Send(CarrierAddress from, ReadOnlySpan<byte> cookie = default)
    {
        pair.Random.NextBytes(_message);
        _exchange++;
        for (int i = 0; i < HandshakePiece.CountFor(_message.Length); i++)
        {
            SendPiece(from, i, cookie);
        }
    }

    /// <summary>Sends Bob one piece of a message 1 of its own.</summary>
    public void SendPiece(CarrierAddress from, int index = 0, ReadOnlySpan<byte> cookie = default)
    {
        byte[] datagram = new byte[HandshakePiece.MaxDatagram];
        int length = HandshakePiece.Write(
            datagram, pair.Bob.Endpoint.Id, HandshakeRole.Initiator, _exchange, 0, _message, index, cookie);
        pair.Bob.Receive(from, datagram.AsSpan(0, length));
    }

    /// <summary>Sends from forged addresses until Bob asks for cookies.</summary>
    public void Exhaust()
    {
        while (pair.Bob.Endpoint.Counters.CookiesSent == 0)
        {
            Send(Forged());
        }

        pair.Flush();
    }

    public CarrierAddress Forged() => EndpointPair.Udp($"198.18.{pair.Random.Next(256)}.{pair.Random.Next(256)}", 1 + pair.Random.Next(65_000));
}
