using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;

namespace Ants.Crypto.Noise;

/// <summary>BLAKE2s and BLAKE2b of Noise (RFC 7693), unkeyed and of full length.</summary>
internal sealed class Blake2Hash : NoiseHash
{
    private readonly Func<IDigest> _create;

    private Blake2Hash(Func<IDigest> create, int length, int blockLength)
    {
        _create = create;
        Length = length;
        BlockLength = blockLength;
    }

    public static Blake2Hash Blake2s { get; } = new(static () => new Blake2sDigest(256), length: 32, blockLength: 64);

    public static Blake2Hash Blake2b { get; } = new(static () => new Blake2bDigest(512), length: 64, blockLength: 128);

    public override int Length { get; }

    protected override int BlockLength { get; }

    public override void Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> destination)
    {
        IDigest digest = _create();
        digest.BlockUpdate(first);
        digest.BlockUpdate(second);
        digest.DoFinal(destination);
        digest.Reset();
    }
}
