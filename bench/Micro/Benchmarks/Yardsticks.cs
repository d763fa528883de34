using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;

namespace Ants.Bench.Micro.Benchmarks;

/// <summary>
/// What no change of ANTS makes faster or slower: tells how fast this machine is, now, at the two kinds of work that ANTS does. Runs
/// before all others and again after them.
/// </summary>
public abstract class Yardsticks : IDisposable
{
    private const int Packet = 1428;
    private const int Entries = 256;

    private readonly AesGcm _gcm = new(new byte[32], tagSizeInBytes: 16);
    private readonly byte[] _nonce = new byte[12];
    private readonly byte[] _text = new byte[Packet];
    private readonly byte[] _sealed = new byte[Packet];
    private readonly byte[] _tag = new byte[16];
    private readonly Dictionary<ulong, int> _table = [];
    private readonly ulong[] _keys = new ulong[Entries];

    protected Yardsticks()
    {
        ulong value = 0;
        for (int i = 0; i < Entries; i++)
        {
            _keys[i] = Next(ref value);
            _table[_keys[i]] = i;
        }
    }

    /// <summary>The platform's AES-256-GCM over one packet: for ciphers, which are the processor's vector units.</summary>
    [Benchmark]
    public void Cipher() => _gcm.Encrypt(_nonce, _text, _sealed, _tag);

    /// <summary>Lookups, multiplications, branches and a copy of managed code: for everything else.</summary>
    [Benchmark]
    public ulong Code()
    {
        ulong sum = 0;
        foreach (ulong key in _keys)
        {
            ulong mixed = key;
            sum += (ulong)_table[key] ^ Next(ref mixed);
            sum = (sum & 1) == 0 ? sum * 31 : sum - mixed;
        }

        _text.AsSpan().CopyTo(_sealed);
        return sum;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gcm.Dispose();
        GC.SuppressFinalize(this);
    }

    // SplitMix64: all bits of each word depend on all bits before.
    private static ulong Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
