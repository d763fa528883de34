using Ants.Protocol.Recovery;

namespace Ants.Protocol.Paths;

/// <summary>How large packets are before anything has been learned of a path.</summary>
internal static class PacketSize
{
    /// <summary>
    /// RFC 9000 section 14: any path that is worth using carries 1,200 bytes. What asks whether a WebSocket works has no more either,
    /// though a stream of bytes carries packets of any size.
    /// </summary>
    public const int Udp = 1200;

    /// <summary>
    /// A relayed packet travels inside a 1,200-byte packet of the relay session: header and tag take at most 45, a DATAGRAM
    /// frame 1, the forward header 33. 1,100 leaves a reserve for longer packet numbers and acknowledgements.
    /// </summary>
    public const int Relayed = 1100;

    /// <summary>
    /// Packets that ask for an answer are padded to this, so that the answer, an acknowledgement with a challenge in it (13
    /// bytes of header, 22 and 9 of frames, at most 32 of tag), is never larger than its question.
    /// </summary>
    public const int Least = 80;

    /// <summary>A buffer of this size takes any packet that an endpoint sends or accepts.</summary>
    public const int MaxDatagram = PathMtu.Largest;

    public static int For(CarrierKind carrier) => carrier == CarrierKind.Relayed ? Relayed : Udp;
}
