using Ants.Crypto;
using Ants.Protocol.Paths;
using Ants.Protocol.Recovery;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Sessions;

/// <summary>Builds the packets of a session, one at a time: decides what goes on which path, writes and seals it.</summary>
internal sealed class PacketAssembler(SessionOptions options, PathSet paths, StreamSet streams, ReliableFrames reliable,
    DatagramQueue datagrams)
{
    // A packet with less room than this is not worth a stream frame's header.
    private const int LeastRoom = 64;

    private PacketCipher? _sealer;
    private ProbePath? _probes;

    /// <summary>When a pacer that held a packet back will let it go; null while none does.</summary>
    public Instant? PacedUntil { get; private set; }

    public void Start(PacketCipher sealer, ProbePath probes) => (_sealer, _probes) = (sealer, probes);

    /// <summary>Writes the next packet that is due; false when there is none. Call until then.</summary>
    public bool TryAssemble(Instant now, Span<byte> buffer, out CarrierAddress to, out int length)
    {
        PacedUntil = null;
        if (_probes is { HasPending: true } && TryAssembleProbe(now, buffer, out to, out length))
        {
            return true;
        }

        foreach (Path path in paths.All)
        {
            if (TryAssembleValidation(now, path, buffer, out to, out length))
            {
                return true;
            }
        }

        // The active path comes last: what a suspected path copies onto a standby must not be taken by it first.
        foreach (Path path in paths.All)
        {
            if (path != paths.Active && TryAssembleOn(now, path, buffer, out length))
            {
                to = path.Remote;
                return true;
            }
        }

        to = paths.Active?.Remote ?? default;
        length = 0;
        return paths.Active is { } active
            && (TryAssembleDatagram(now, active, buffer, out length) || TryAssembleOn(now, active, buffer, out length));
    }

    /// <summary>Writes a packet with nothing but CLOSE.</summary>
    public int AssembleClose(Instant now, Path path, in CloseFrame frame, Span<byte> buffer)
    {
        SentPacket packet = paths.Pool.Rent();
        WireWriter writer = Begin(path, buffer, path.MaxPacketSize, out int header);
        frame.Write(ref writer);
        return Finish(now, path, packet, buffer, header, writer.Written);
    }

    private bool TryAssembleProbe(Instant now, Span<byte> buffer, out CarrierAddress to, out int length)
    {
        const int NumberLength = 4;
        ProbePath probes = _probes!;
        ulong number = probes.NextPacketNumber++;
        int header = PacketHeader.Write(buffer, probes.Peer.Id, number, NumberLength);
        WireWriter writer = new(buffer[header..(ProbePath.PacketLength - _sealer!.TagSize)]);
        bool any = probes.TryWrite(now, ref writer, out to);
        writer.Pad(writer.Remaining);
        length = Seal(ProbePath.PathId, number, buffer, header, writer.Written);
        return any;
    }

    /// <summary>Challenges and answers, which may go elsewhere than the path's data does.</summary>
    private bool TryAssembleValidation(Instant now, Path path, Span<byte> buffer, out CarrierAddress to, out int length)
    {
        length = 0;
        to = default;
        AddressValidation validation = path.Validation;
        if (!validation.HasResponse && !validation.HasChallenge)
        {
            return false;
        }

        SentPacket packet = paths.Pool.Rent();
        packet.AckEliciting = true;
        packet.Frames.Add(new SentFrame(SentFrameKind.Ephemeral));
        WireWriter writer = Begin(path, buffer, path.MaxPacketSize, out int header);
        if (validation.TryTakeResponse(out ulong answered, out to))
        {
            new PathResponseFrame(answered, to.EndPoint).Write(ref writer);
            if (to == path.Remote && validation.HasChallenge && validation.TryTakeChallenge(now, out _, out ulong alongside))
            {
                PathResponseFrame.WriteChallenge(ref writer, alongside);
            }
        }
        else if (validation.TryTakeChallenge(now, out to, out ulong token))
        {
            PathResponseFrame.WriteChallenge(ref writer, token);
        }

        // RFC 9000 section 8.2.1: at full size, so that the path is shown to carry it; but not to an address that may be
        // somebody else's.
        if (to != path.Remote || path.SendCredit >= path.MaxPacketSize)
        {
            packet.InFlight = path.State == PathState.Validating;
            writer.Pad(packet.InFlight ? writer.Remaining : 0);
        }

        length = Finish(now, path, packet, buffer, header, writer.Written);
        return true;
    }

    private bool TryAssembleOn(Instant now, Path path, Span<byte> buffer, out int length)
    {
        length = 0;
        bool wantsData = WantsData(path) && MaySendData(now, path);
        bool owes = path.ProbesOwed > 0 || (path.CopiesOwed > 0 && wantsData);
        if (!wantsData && !owes && !path.Acks.IsAckDue(now) && !OwesForeignAcks(now, path))
        {
            return false;
        }

        int limit = Math.Min(path.MaxPacketSize, path.SendCredit);
        if (path.State is PathState.Failed or PathState.Abandoned || limit < LeastRoom)
        {
            return false;
        }

        SentPacket packet = paths.Pool.Rent();
        WireWriter writer = Begin(path, buffer, limit, out int header);
        WriteAcks(now, path, ref writer, packet.Frames);
        int acknowledgements = packet.Frames.Count;
        if (wantsData || path.ProbesOwed > 0)
        {
            reliable.Write(ref writer, packet.Frames);
            streams.Write(ref writer, packet.Frames);
        }

        packet.AckEliciting = packet.Frames.Count > acknowledgements;
        if (!packet.AckEliciting && (owes || path.Acks.WantsPing) && writer.Remaining > 0)
        {
            writer.WriteVarInt((ulong)FrameType.Ping);
            packet.Frames.Add(new SentFrame(SentFrameKind.Ephemeral));
            packet.AckEliciting = true;
        }

        if (writer.Written == 0)
        {
            paths.Pool.Return(packet);
            return false;
        }

        packet.InFlight = packet.AckEliciting;
        path.ProbesOwed = packet.AckEliciting ? Math.Max(0, path.ProbesOwed - 1) : path.ProbesOwed;
        path.CopiesOwed = packet.AckEliciting ? Math.Max(0, path.CopiesOwed - 1) : path.CopiesOwed;
        length = Finish(now, path, packet, buffer, header, writer.Written);
        return true;
    }

    private bool TryAssembleDatagram(Instant now, Path path, Span<byte> buffer, out int length)
    {
        length = 0;
        int payload = datagrams.PeekLength();
        int limit = Math.Min(path.MaxPacketSize, path.SendCredit);
        if (payload < 0 || limit < LeastRoom || (options.GateDatagrams && !path.Recovery.CanSend(now, path.MaxPacketSize)))
        {
            return false;
        }

        SentPacket packet = paths.Pool.Rent();
        WireWriter writer = Begin(path, buffer, limit, out int header);
        if (path.Acks.HasUnsent && writer.Remaining > payload + LeastRoom)
        {
            WriteAcks(now, path, ref writer, packet.Frames);
        }

        if (writer.Remaining < payload + 1)
        {
            // It was measured against a larger packet than this path takes: dropped, as a network would.
            paths.Pool.Return(packet);
            datagrams.TryTake(new byte[payload], out _);
            return false;
        }

        writer.WriteVarInt((ulong)FrameType.Datagram);
        datagrams.TryTake(writer.Take(payload), out _);
        packet.Frames.Add(new SentFrame(SentFrameKind.Ephemeral));
        packet.AckEliciting = true;
        packet.InFlight = options.GateDatagrams;
        length = Finish(now, path, packet, buffer, header, writer.Written);
        return true;
    }

    private bool WantsData(Path path) => path.CopiesOwed > 0
        || (path.State == PathState.Active && (reliable.HasPending || streams.HasPending));

    private bool MaySendData(Instant now, Path path)
    {
        if (path.ProbesOwed > 0)
        {
            return true;
        }

        if (!path.Recovery.FitsWindow(path.MaxPacketSize))
        {
            return false;
        }

        if (path.Recovery.PacedUntil(now, path.MaxPacketSize) is { } until)
        {
            PacedUntil = PacedUntil is { } present ? Instant.Min(present, until) : until;
            return false;
        }

        return true;
    }

    /// <summary>A failed path cannot take its own acknowledgements; the active one does.</summary>
    private bool OwesForeignAcks(Instant now, Path path)
    {
        if (path != paths.Active)
        {
            return false;
        }

        foreach (Path other in paths.All)
        {
            if (other.State == PathState.Failed && other.Acks.IsAckDue(now))
            {
                return true;
            }
        }

        return false;
    }

    private void WriteAcks(Instant now, Path path, ref WireWriter writer, List<SentFrame> notes)
    {
        if (path.Acks.HasUnsent && path.Acks.TryWrite(now, path.Id, ref writer, out SentFrame note))
        {
            notes.Add(note);
        }

        if (path != paths.Active)
        {
            return;
        }

        foreach (Path other in paths.All)
        {
            if (other.State == PathState.Failed && other.Acks.HasUnsent && other.Acks.TryWrite(now, other.Id, ref writer, out note))
            {
                notes.Add(note);
            }
        }
    }

    private WireWriter Begin(Path path, Span<byte> buffer, int limit, out int header)
    {
        header = PacketHeader.Write(buffer, path.Peer.Id, path.Recovery.NextPacketNumber, path.Recovery.PacketNumberLength);
        return new WireWriter(buffer[header..(Math.Min(limit, buffer.Length) - _sealer!.TagSize)]);
    }

    private int Finish(Instant now, Path path, SentPacket packet, Span<byte> buffer, int header, int written)
    {
        packet.Number = path.Recovery.NextPacketNumber;
        int length = Seal(path.Id, packet.Number, buffer, header, written);
        packet.Size = length;
        path.Recovery.OnSent(now, packet);
        path.LastSent = now;
        if (path.SendCredit != int.MaxValue)
        {
            path.SendCredit -= length;
        }

        return length;
    }

    private int Seal(uint pathId, ulong number, Span<byte> buffer, int header, int written)
    {
        Span<byte> body = buffer.Slice(header, written + _sealer!.TagSize);
        _sealer.Seal(pathId, number, buffer[..header], body[..written], body);
        return header + body.Length;
    }
}
