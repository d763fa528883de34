namespace Ants.Protocol.Handshake;

/// <summary>Which side of the handshake; the number is the packet type on the wire.</summary>
internal enum HandshakeRole : byte
{
    Initiator = 0,
    Responder = 1,
}
