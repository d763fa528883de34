using Ants.Protocol.Paths;
using Ants.Protocol.Recovery;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Sessions;

/// <summary>Puts header and seal around frames, and notes what was sent.</summary>
internal sealed class PacketSealer(SendingKeys sending, ReceivingKeys receiving, SentPacketPool pool, ISessionHost host)
{
    // RFC 9000 section 21.4: a number left out now and then, at moments that the peer cannot know.
    private const ulong LeastBetweenSkips = 128, MostBetweenSkips = 1024;

    private ulong _sealed;
    private ulong _nextSkip = LeastBetweenSkips;

    public int TagSize => sending.TagSize;

    public SentPacketPool Pool => pool;

    /// <summary>Begins a packet of at most <paramref name="limit"/> bytes on a path; frames go into the writer.</summary>
    public WireWriter Begin(Instant now, Path path, Span<byte> buffer, int limit, out int header)
    {
        sending.Renew(now);
        if (_sealed >= _nextSkip)
        {
            _nextSkip = _sealed + LeastBetweenSkips + (host.NextRandom() % (MostBetweenSkips - LeastBetweenSkips));
            path.Recovery.SkipPacketNumber();
        }

        header = PacketHeader.Write(buffer, path.Peer.Id, path.Recovery.NextPacketNumber, path.Recovery.PacketNumberLength, sending.Phase);
        return new WireWriter(buffer[header..(Math.Min(limit, buffer.Length) - sending.TagSize)]);
    }

    /// <summary>Begins a probe; its number has always four bytes.</summary>
    public WireWriter BeginProbe(Instant now, ProbePath probes, ulong number, Span<byte> buffer, out int header)
    {
        sending.Renew(now);
        header = PacketHeader.Write(buffer, probes.Peer.Id, number, numberLength: 4, sending.Phase);
        return new WireWriter(buffer[header..(ProbePath.PacketLength - sending.TagSize)]);
    }

    /// <summary>Writes what is to be acknowledged of a path; the peer may then change the key of what came on it.</summary>
    public void WriteAck(Instant now, Path path, ref WireWriter writer, SentFrames notes)
    {
        if (path.Acks.HasUnsent && path.Acks.TryWrite(now, path.Id, ref writer, out SentFrame note))
        {
            notes.Add(note);
            receiving.OnAcknowledged(path.Acks.KeyGeneration);
        }
    }

    /// <summary>Adds padding up to <paramref name="size"/>, counting <paramref name="following"/> bytes that are yet to be written.</summary>
    public void PadTo(int size, ref WireWriter writer, int header, int following = 0)
    {
        int missing = size - header - writer.Written - following - sending.TagSize;
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
        packet.KeyGeneration = sending.Generation;
        path.Observer?.OnPacketSent(now, path, packet, buffer.Slice(header, written), header + written + TagSize);
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
        Span<byte> body = buffer.Slice(header, written + sending.TagSize);
        _sealed++;
        sending.Seal(pathId, number, buffer[..header], body[..written], body);
        return header + body.Length;
    }
}
