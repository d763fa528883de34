using Ants.Crypto;

namespace Ants.Bench.Micro.Worlds;

/// <summary>Random bytes that are the same in every run.</summary>
internal sealed class SeededEntropy(int seed) : EntropySource
{
    private readonly Random _random = new(seed);

    public override void Fill(Span<byte> destination) => _random.NextBytes(destination);
}
