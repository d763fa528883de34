using Ants.Crypto;
using Ants.Protocol.Paths;
using Ants.Protocol.Recovery;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Sessions;

/// <summary>Puts header and seal around frames, and notes what was sent.</summary>
internal sealed class PacketSealer(PacketCipher cipher, SentPacketPool pool, ISessionHost host)
{
    // RFC 9001 appendix B.1: with packets below 2^11 bytes AES-GCM keeps its margin for 2^28 of them, about 300 GB. The last
    // ones are kept for CLOSE. There is no key update yet; a session ends here instead.
    private const ulong MaxSealed = (1UL << 28) - 64;

    // RFC 9000 section 21.4: a number left out now and then, at moments that the peer cannot know.
    private const ulong LeastBetweenSkips = 128, MostBetweenSkips = 1024;

    private ulong _sealed;
    private ulong _nextSkip = LeastBetweenSkips;

    public bool IsExhausted => _sealed >= MaxSealed;

    public int TagSize => cipher.TagSize;

    public SentPacketPool Pool => pool;

    /// <summary>Begins a packet of at most <paramref name="limit"/> bytes on a path; frames go into the writer.</summary>
    public WireWriter Begin(Path path, Span<byte> buffer, int limit, out int header)
    {
        if (_sealed >= _nextSkip)
        {
            _nextSkip = _sealed + LeastBetweenSkips + (host.NextRandom() % (MostBetweenSkips - LeastBetweenSkips));
            path.Recovery.SkipPacketNumber();
        }

        header = PacketHeader.Write(buffer, path.Peer.Id, path.Recovery.NextPacketNumber, path.Recovery.PacketNumberLength);
        return new WireWriter(buffer[header..(Math.Min(limit, buffer.Length) - cipher.TagSize)]);
    }

    /// <summary>
    /// Adds padding up to <see cref="PacketSize.Least"/>, counting <paramref name="following"/> bytes that are yet to be written.
    /// </summary>
    public void PadToLeast(ref WireWriter writer, int header, int following = 0)
    {
        int missing = PacketSize.Least - header - writer.Written - following - cipher.TagSize;
        if (missing > 0)
        {
            writer.Pad(Math.Min(missing, writer.Remaining - following));
        }
    }

    /// <summary>
    /// Seals a packet and hands it to loss recovery; returns its length. <paramref name="onPath"/> is false when it goes to
    /// another address than the path's.
    /// </summary>
    public int Finish(Instant now, Path path, SentPacket packet, Span<byte> buffer, int header, int written, bool onPath = true)
    {
        packet.Number = path.Recovery.NextPacketNumber;
        packet.Size = Seal(path.Id, packet.Number, buffer, header, written);
        int length = packet.Size;
        path.Recovery.OnSent(now, packet);
        if (onPath)
        {
            path.LastSent = now;
            path.Spend(length);
        }

        return length;
    }

    public int Seal(uint pathId, ulong number, Span<byte> buffer, int header, int written)
    {
        Span<byte> body = buffer.Slice(header, written + cipher.TagSize);
        _sealed++;
        cipher.Seal(pathId, number, buffer[..header], body[..written], body);
        return header + body.Length;
    }
}
