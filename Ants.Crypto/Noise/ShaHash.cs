using System.Security.Cryptography;

namespace Ants.Crypto.Noise;

/// <summary>SHA256 and SHA512 of Noise, from the BCL.</summary>
internal sealed class ShaHash : NoiseHash
{
    private readonly HashAlgorithmName _name;

    private ShaHash(HashAlgorithmName name, int length, int blockLength)
    {
        _name = name;
        Length = length;
        BlockLength = blockLength;
    }

    public static ShaHash Sha256 { get; } = new(HashAlgorithmName.SHA256, length: 32, blockLength: 64);

    public static ShaHash Sha512 { get; } = new(HashAlgorithmName.SHA512, length: 64, blockLength: 128);

    public override int Length { get; }

    protected override int BlockLength { get; }

    public override void Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> destination)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(_name);
        hash.AppendData(first);
        hash.AppendData(second);
        hash.GetHashAndReset(destination);
    }
}
