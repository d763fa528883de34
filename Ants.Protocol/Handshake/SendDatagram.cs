namespace Ants.Protocol.Handshake;

/// <summary>Queues a datagram; the bytes are copied.</summary>
internal delegate void SendDatagram(CarrierAddress to, ReadOnlySpan<byte> datagram);
