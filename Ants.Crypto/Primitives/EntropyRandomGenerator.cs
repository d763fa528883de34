using Org.BouncyCastle.Crypto.Prng;
using Org.BouncyCastle.Security;

namespace Ants.Crypto.Primitives;

/// <summary>Hands an <see cref="EntropySource"/> to BouncyCastle, byte for byte: what it draws, the source gave.</summary>
internal sealed class EntropyRandomGenerator : IRandomGenerator
{
    private readonly EntropySource _source;

    private EntropyRandomGenerator(EntropySource source) => _source = source;

    public static SecureRandom Wrap(EntropySource source) => new(new EntropyRandomGenerator(source));

    // The source needs no seeding, and must not be disturbed by any.
    public void AddSeedMaterial(byte[] seed)
    {
    }

    public void AddSeedMaterial(ReadOnlySpan<byte> seed)
    {
    }

    public void AddSeedMaterial(long seed)
    {
    }

    public void NextBytes(byte[] bytes) => _source.Fill(bytes);

    public void NextBytes(byte[] bytes, int start, int len) => _source.Fill(bytes.AsSpan(start, len));

    public void NextBytes(Span<byte> bytes) => _source.Fill(bytes);
}
