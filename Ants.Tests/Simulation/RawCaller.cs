using Ants.Crypto;
using Ants.Protocol;
using Ants.Protocol.Handshake;
using Ants.Protocol.Wire;

namespace Ants.Tests.Simulation;

/// <summary>Calls Bob in the name of a side, with early data of its own choosing, and never proves anything.</summary>
internal sealed class RawCaller(EndpointPair pair, Side name, ulong firstExchange)
{
    private readonly AgentIdentity _identity = name.CloneIdentity();
    private ulong _exchange = firstExchange;

    public void Call(CarrierAddress from, byte[] frames)
    {
        using SessionInitiator handshake = new(_identity, pair.Bob.Endpoint.Id, Ants.Protocol.Endpoints.Endpoint.Label, EntropySource.System);
        IssuedConnectionId first = new(new ConnectionId(++_exchange), 1), probe = new(new ConnectionId(++_exchange), 2);
        byte[] message = handshake.WriteMessage1(new InitiatorHello
        {
            Versions = [1],
            Timestamp = (ulong)name.UnixTime.TotalMicroseconds + _exchange,
            Suites = [1, 2],
            FirstPath = first,
            ProbePath = probe,
            Parameters = new TransportParameters(),
        }.Encode(0));
        byte[] datagram = new byte[HandshakePiece.MaxDatagram];
        for (int i = 0; i < HandshakePiece.CountFor(message.Length); i++)
        {
            int length = HandshakePiece.Write(datagram, pair.Bob.Endpoint.Id, HandshakeRole.Initiator, _exchange, 0, message, i);
            pair.Bob.Receive(from, datagram.AsSpan(0, length));
        }

        using PacketCipher cipher = handshake.CreateEarlySealer();
        byte[] padded = [.. new byte[EarlyDatagram.MaxFrames - frames.Length], .. frames];
        pair.Bob.Receive(from, EarlyDatagram.Seal(cipher, _exchange, 0, padded));
        pair.Flush();
    }
}
