using System.Net;

namespace Ants.Testing.Fabric;

/// <summary>What receives the packets of a bound port.</summary>
internal interface IPacketSink
{
    /// <summary>Whether there is room for so many bytes more.</summary>
    bool HasRoom(int bytes);

    /// <summary>Takes a packet's bytes, for which there is room. They stay their caller's.</summary>
    void Accept(ReadOnlySpan<byte> payload, IPEndPoint source);
}
