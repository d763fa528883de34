using System.Numerics;

namespace Ants.Tests.Unit.Crypto;

/// <summary>Edwards encodings made and converted with plain integers, apart from the code under test.</summary>
internal static class EdwardsPoints
{
    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;

    /// <summary>The Montgomery form, (1 + y) / (1 - y).</summary>
    public static byte[] ToMontgomery(byte[] edwards)
    {
        BigInteger y = Y(edwards);
        BigInteger u = (1 + y) * BigInteger.ModPow(P + 1 - y, P - 2, P) % P;
        return Encode(u, sign: false);
    }

    /// <summary>-A: the other sign of x.</summary>
    public static byte[] Negate(byte[] edwards)
    {
        byte[] negated = [.. edwards];
        negated[31] ^= 0x80;
        return negated;
    }

    /// <summary>A + (0, -1), the point of order 2: (-x, -y), a point of mixed order.</summary>
    public static byte[] AddOrderTwo(byte[] edwards) => Encode(P - Y(edwards), sign: (edwards[31] & 0x80) == 0);

    /// <summary>The same y, one field size up: not canonical.</summary>
    public static byte[] AddFieldPrime(BigInteger y) => Encode(y + P, sign: false);

    private static BigInteger Y(byte[] edwards)
    {
        byte[] bytes = [.. edwards];
        bytes[31] &= 0x7f;
        return new BigInteger(bytes, isUnsigned: true);
    }

    private static byte[] Encode(BigInteger value, bool sign)
    {
        byte[] bytes = new byte[32];
        value.TryWriteBytes(bytes, out _, isUnsigned: true);
        bytes[31] |= sign ? (byte)0x80 : (byte)0;
        return bytes;
    }
}
