using Ants.Protocol.Paths;

namespace Ants.Protocol.Sessions;

/// <summary>A packet that was opened: it is the peer's, and it is new.</summary>
internal readonly ref struct ReceivedPacket
{
    /// <summary>Its path; null for the probe path.</summary>
    public required Path? PathOrProbe { get; init; }

    public required CarrierAddress From { get; init; }

    public required ulong Number { get; init; }

    /// <summary>The generation of the key that it was sealed with.</summary>
    public required uint KeyGeneration { get; init; }

    /// <summary>Bytes of its datagram.</summary>
    public required int Size { get; init; }

    public required ReadOnlySpan<byte> Frames { get; init; }

    public bool IsProbe => PathOrProbe is null;

    public Path Path => PathOrProbe ?? throw new InvalidOperationException("The probe path has no state.");
}
