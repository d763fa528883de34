using Ants.Crypto;

namespace Ants.Protocol.Sessions;

/// <summary>
/// The key that an end seals its packets with, on all paths together, and when it takes the next one. It never does so before the peer
/// has acknowledged a packet of the present generation: then the peer has that generation, and the phase bit can only mean the next
/// (RFC 9001 section 6.1). Each direction is updated by its sender alone.
/// </summary>
internal sealed class SendingKeys(PacketKeyChain chain, SessionOptions options, Instant now) : IDisposable
{
    private PacketCipher _cipher = chain.Next();
    private Instant _since = now;
    private bool _isConfirmed;

    /// <summary>How often the key has changed.</summary>
    public uint Generation { get; private set; }

    /// <summary>How many packets the present key has sealed.</summary>
    public ulong Count { get; private set; }

    /// <summary>The key phase bit of the packets that are sealed now.</summary>
    public bool Phase => (Generation & 1) != 0;

    public int TagSize => _cipher.TagSize;

    /// <summary>Whether the key has sealed as many packets as it may, and no other can follow it.</summary>
    public bool IsExhausted => Count >= options.KeyLimitPackets;

    /// <summary>Takes the next key if that is due. To be called before a packet's header is written.</summary>
    public void Renew(Instant now)
    {
        if (!_isConfirmed || (Count < options.KeyUpdatePackets && now - _since < options.KeyUpdateAge))
        {
            return;
        }

        _cipher.Dispose();
        _cipher = chain.Next();
        Generation++;
        _since = now;
        Count = 0;
        _isConfirmed = false;
    }

    /// <summary>The peer has acknowledged a packet of <paramref name="generation"/>.</summary>
    public void OnAcked(uint generation) => _isConfirmed |= generation == Generation;

    public void Seal(uint pathId, ulong number, ReadOnlySpan<byte> header, ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        Count++;
        _cipher.Seal(pathId, number, header, plaintext, destination);
    }

    public void Dispose()
    {
        chain.Dispose();
        _cipher.Dispose();
    }
}
