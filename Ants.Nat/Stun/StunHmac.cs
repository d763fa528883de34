using System.Security.Cryptography;

namespace Ants.Nat;

/// <summary>The keyed hash of both integrity attributes: over the message before them, its length counted to their end.</summary>
internal static class StunHmac
{
    /// <param name="algorithm">SHA-1 or SHA-256, as the attribute's name says.</param>
    /// <param name="key">The credential's key (RFC 8489 section 9.1.1 or 9.2.2).</param>
    /// <param name="messageBefore">The message up to the attribute's own header.</param>
    /// <param name="valueLength">The length of the attribute's value.</param>
    /// <param name="hash">Receives the whole hash; at least as long as the algorithm's output.</param>
    public static void Compute(
        HashAlgorithmName algorithm,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> messageBefore,
        int valueLength,
        Span<byte> hash)
    {
        Span<byte> header = stackalloc byte[StunWire.HeaderLength];
        StunWire.CopyHeader(messageBefore, messageBefore.Length + StunWire.AttributeHeaderLength + valueLength, header);
        using IncrementalHash hmac = IncrementalHash.CreateHMAC(algorithm, key);
        hmac.AppendData(header);
        hmac.AppendData(messageBefore[StunWire.HeaderLength..]);
        hmac.GetHashAndReset(hash);
    }
}
