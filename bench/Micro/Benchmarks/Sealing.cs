using Ants.Crypto;
using Ants.Crypto.Primitives;
using BenchmarkDotNet.Attributes;

namespace Ants.Bench.Micro.Benchmarks;

/// <summary>One full packet through the cipher of each suite.</summary>
public class Sealing : IDisposable
{
    // What a packet of 1,472 bytes carries beside header and tag, about.
    private const int Payload = 1428;

    private readonly byte[] _header = new byte[13];
    private readonly byte[] _text = new byte[Payload];
    private byte[] _sealed = [];
    private byte[] _packet = [];
    private PacketCipher _cipher = null!;

    /// <summary>The suite, by its name.</summary>
    [Params(nameof(CipherSuite.Aegis128L), nameof(CipherSuite.Aes256Gcm), nameof(CipherSuite.ChaCha20Poly1305))]
    public string Suite { get; set; } = nameof(CipherSuite.Aes256Gcm);

    [GlobalSetup]
    public void Setup()
    {
        CipherSuite suite = Enum.Parse<CipherSuite>(Suite);
        if (!CipherSuites.IsUsable(suite))
        {
            throw new PlatformNotSupportedException($"This machine has no {Suite}.");
        }

        bool aegis = suite == CipherSuite.Aegis128L;
        _cipher = PacketCipher.Create(suite, new byte[aegis ? 16 : 32], new byte[aegis ? 16 : 12], AeadBackend.Best);
        _sealed = new byte[Payload + _cipher.TagSize];
        _packet = new byte[Payload + _cipher.TagSize];
        _cipher.Seal(0, 1, _header, _text, _packet);
    }

    [Benchmark]
    public void Seal() => _cipher.Seal(0, 1, _header, _text, _sealed);

    [Benchmark]
    public bool Open() => _cipher.TryOpen(0, 1, _header, _packet, _text);

    /// <inheritdoc/>
    public void Dispose()
    {
        _cipher.Dispose();
        GC.SuppressFinalize(this);
    }
}
