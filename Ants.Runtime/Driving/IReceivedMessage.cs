using Ants.Protocol;
using Ants.Protocol.Sessions;

namespace Ants.Driving;

/// <summary>A message of packets that came over a connection and waits for the driver.</summary>
internal interface IReceivedMessage
{
    CarrierAddress From { get; }

    /// <summary>The message, as <see cref="Protocol.Wire.PacketMessage"/> has it.</summary>
    ReadOnlySpan<byte> Bytes { get; }

    /// <summary>
    /// On the driver: the message has been taken, and its memory is free again. <paramref name="user"/> is the session for which a
    /// packet in it was authentic; null when none was.
    /// </summary>
    void OnTaken(Session? user);
}
