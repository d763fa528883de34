using System.Diagnostics.CodeAnalysis;

namespace Ants.Crypto.Identities;

/// <summary>Base58 with the Bitcoin alphabet: big-endian, a leading zero byte is a leading '1'.</summary>
internal static class Base58
{
    // No 0, O, I or l, which people confuse.
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    /// <summary>Encodes a short value; false when the destination is too small. Quadratic, so for keys only.</summary>
    public static bool TryEncode(ReadOnlySpan<byte> value, Span<char> destination, out int written)
    {
        // 138/100 is just above log(256)/log(58).
        Span<byte> digits = stackalloc byte[(value.Length * 138 / 100) + 1];
        int used = 0;
        foreach (byte b in value)
        {
            int carry = b;
            for (int i = 0; i < digits.Length && (i < used || carry != 0); i++)
            {
                carry += digits[i] << 8;
                digits[i] = (byte)(carry % 58);
                carry /= 58;
                used = Math.Max(used, i + 1);
            }
        }

        int zeros = value.IndexOfAnyExcept((byte)0) is var first && first < 0 ? value.Length : first;
        written = zeros + used;
        if (written > destination.Length)
        {
            written = 0;
            return false;
        }

        destination[..zeros].Fill(Alphabet[0]);
        for (int i = 0; i < used; i++)
        {
            destination[zeros + i] = Alphabet[digits[used - 1 - i]];
        }

        return true;
    }

    /// <summary>
    /// Decodes text that must fill <paramref name="destination"/> exactly; returns null, or what is wrong with the text.
    /// </summary>
    [return: MaybeNull]
    public static string Decode(ReadOnlySpan<char> text, Span<byte> destination)
    {
        destination.Clear();
        foreach (char c in text)
        {
            int carry = Alphabet.IndexOf(c, StringComparison.Ordinal);
            if (carry < 0)
            {
                return $"the character '{c}' is not base58";
            }

            for (int i = destination.Length - 1; i >= 0; i--)
            {
                carry += destination[i] * 58;
                destination[i] = (byte)carry;
                carry >>= 8;
            }

            if (carry != 0)
            {
                return "it is too long";
            }
        }

        // One encoding per value: as many leading '1's as leading zero bytes.
        int ones = text.IndexOfAnyExcept(Alphabet[0]) is var first && first < 0 ? text.Length : first;
        int zeros = destination.IndexOfAnyExcept((byte)0) is var start && start < 0 ? destination.Length : start;
        return ones == zeros ? null : ones < zeros ? "it is too short" : "it is too long";
    }
}
