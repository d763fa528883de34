using System.Security.Cryptography;

namespace Ants.Crypto;

/// <summary>
/// Tokens by which an end that has lost a session proves that it once held a connection id: HMAC-SHA-256 of the id under
/// a secret of the device, first 16 bytes. They need no memory but the secret (the idea of RFC 9000 section 10.3.2).
/// </summary>
public static class ResetTokens
{
    /// <summary>The size of a token.</summary>
    public const int Size = 16;

    /// <summary>The least a device secret may hold: as strong as the keys that a token stands beside.</summary>
    public const int MinSecretSize = 32;

    /// <summary>Writes the token of a connection id into <paramref name="destination"/> (<see cref="Size"/> bytes).</summary>
    /// <exception cref="ArgumentException">The secret is shorter than <see cref="MinSecretSize"/>.</exception>
    public static void Derive(ReadOnlySpan<byte> deviceSecret, ReadOnlySpan<byte> connectionId, Span<byte> destination)
    {
        if (deviceSecret.Length < MinSecretSize)
        {
            throw new ArgumentException($"A device secret holds at least {MinSecretSize} bytes.", nameof(deviceSecret));
        }

        Span<byte> full = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(deviceSecret, connectionId, full);
        full[..Size].CopyTo(destination);
    }
}
