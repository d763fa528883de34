using System.Security.Cryptography;

namespace Ants.Crypto;

/// <summary>
/// Where randomness comes from: an argument, so that a simulation repeats itself and a handshake can be pinned by a
/// vector. Whoever runs real sessions passes <see cref="System"/>.
/// </summary>
public abstract class EntropySource
{
    /// <summary>The operating system's generator; safe to use from any thread.</summary>
    public static EntropySource System { get; } = new SystemEntropy();

    /// <summary>Fills the whole destination.</summary>
    public abstract void Fill(Span<byte> destination);

    private sealed class SystemEntropy : EntropySource
    {
        public override void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
    }
}
