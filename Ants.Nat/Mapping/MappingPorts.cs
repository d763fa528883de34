using System.Buffers.Binary;

namespace Ants.Nat;

/// <summary>External ports to ask for.</summary>
internal static class MappingPorts
{
    /// <summary>Routers guard the ports below 1024 (RFC 6887 section 11.1), and some those of well-known games and servers below this.</summary>
    public const int First = 20_000;

    /// <summary>A port that always comes of the same key, and looks like any other.</summary>
    /// <param name="key">At least four bytes that are distributed evenly, such as the end of a public key.</param>
    public static int Of(ReadOnlySpan<byte> key) =>
        First + (int)(BinaryPrimitives.ReadUInt32BigEndian(key) % (ushort.MaxValue - First + 1));
}
