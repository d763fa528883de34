using System.Security.Cryptography;

namespace Ants.Crypto.Noise;

/// <summary>A hash function of Noise (revision 34, section 4.3), and the HMAC and HKDF that stand on it.</summary>
internal abstract class NoiseHash
{
    /// <summary>HASHLEN.</summary>
    public abstract int Length { get; }

    /// <summary>BLOCKLEN.</summary>
    protected abstract int BlockLength { get; }

    /// <summary>The hash of two inputs, one after the other. The destination may overlap either.</summary>
    public abstract void Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> destination);

    /// <summary>Two outputs of HKDF.</summary>
    public void Hkdf(ReadOnlySpan<byte> chainingKey, ReadOnlySpan<byte> input, Span<byte> output1, Span<byte> output2) =>
        Hkdf(chainingKey, input, output1, output2, []);

    /// <summary>
    /// HKDF of section 4.3: two outputs, and a third unless it is empty. Outputs are HASHLEN bytes; the chaining key may
    /// be <paramref name="output1"/> itself.
    /// </summary>
    public void Hkdf(
        ReadOnlySpan<byte> chainingKey, ReadOnlySpan<byte> input, Span<byte> output1, Span<byte> output2, Span<byte> output3)
    {
        Span<byte> temp = stackalloc byte[Length];
        Span<byte> chained = stackalloc byte[Length + 1];
        Hmac(chainingKey, input, temp);
        Hmac(temp, [0x01], output1);
        output1.CopyTo(chained);
        chained[Length] = 0x02;
        Hmac(temp, chained, output2);
        if (!output3.IsEmpty)
        {
            output2.CopyTo(chained);
            chained[Length] = 0x03;
            Hmac(temp, chained, output3);
        }

        CryptographicOperations.ZeroMemory(temp);
        CryptographicOperations.ZeroMemory(chained);
    }

    // RFC 2104. Keys here are HASHLEN bytes, never longer than a block, so they are not hashed first.
    private void Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, Span<byte> destination)
    {
        Span<byte> pad = stackalloc byte[BlockLength];
        Span<byte> inner = stackalloc byte[Length];
        FillPad(key, 0x36, pad);
        Hash(pad, message, inner);
        FillPad(key, 0x5c, pad);
        Hash(pad, inner, destination);
        CryptographicOperations.ZeroMemory(pad);
        CryptographicOperations.ZeroMemory(inner);
    }

    private static void FillPad(ReadOnlySpan<byte> key, byte mask, Span<byte> pad)
    {
        pad.Fill(mask);
        for (int i = 0; i < key.Length; i++)
        {
            pad[i] = (byte)(key[i] ^ mask);
        }
    }
}
