using Ants.Crypto;
using Ants.Testing.Clock;

namespace Ants.Testing.Fabric;

/// <summary>Randomness of a host's own code from the world's seed: keys that are the same in every run, and no secrets.</summary>
internal sealed class SeededEntropy(Prng random) : EntropySource
{
    // Escaped work may draw from another thread; the order of draws is then its own affair.
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public override void Fill(Span<byte> destination)
    {
        lock (_gate)
        {
            random.Fill(destination);
        }
    }
}
