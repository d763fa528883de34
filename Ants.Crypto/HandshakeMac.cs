using System.Security.Cryptography;

namespace Ants.Crypto;

/// <summary>
/// The cheap check before any curve operation: a MAC over a handshake datagram, keyed by the receiver's id. It proves
/// only that the sender knows whom it is talking to, which a scanner does not.
/// <code>
///   key = SHA-256("ants handshake mac 1" | receiver's AgentId)
///   mac = HMAC-SHA-256(key, message), first 16 bytes
/// </code>
/// </summary>
public static class HandshakeMac
{
    /// <summary>The size of a MAC. 16 bytes: 2^128 tries to hit by chance, and small beside the message.</summary>
    public const int Size = 16;

    private static ReadOnlySpan<byte> Label => "ants handshake mac 1"u8;

    /// <summary>Writes the MAC of a message to <paramref name="receiver"/> into <paramref name="destination"/> (<see cref="Size"/> bytes).</summary>
    public static void Compute(AgentId receiver, ReadOnlySpan<byte> message, Span<byte> destination)
    {
        Span<byte> keyInput = stackalloc byte[Label.Length + AgentId.Size];
        Label.CopyTo(keyInput);
        receiver.CopyTo(keyInput[Label.Length..]);
        Span<byte> key = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(keyInput, key);
        Span<byte> full = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, message, full);
        full[..Size].CopyTo(destination);
    }

    /// <summary>Whether the MAC is right, in a time that does not depend on how wrong it is.</summary>
    public static bool Verify(AgentId receiver, ReadOnlySpan<byte> message, ReadOnlySpan<byte> mac)
    {
        Span<byte> expected = stackalloc byte[Size];
        Compute(receiver, message, expected);
        return CryptographicOperations.FixedTimeEquals(expected, mac);
    }
}
