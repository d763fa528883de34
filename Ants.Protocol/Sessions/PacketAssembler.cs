using Ants.Protocol.Paths;
using Ants.Protocol.Recovery;
using Ants.Protocol.Streams;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Sessions;

/// <summary>Builds the packets of a session, one at a time: decides what goes on which path, and writes it.</summary>
internal sealed class PacketAssembler(SessionOptions options, PathSet paths, StreamSet streams, ReliableFrames reliable,
    DatagramQueue datagrams)
{
    private PacketSealer? _sealer;
    private ValidationAssembler? _validations;

    /// <summary>When a pacer that held a packet back will let it go; null while none does.</summary>
    public Instant? PacedUntil { get; private set; }

    public void Start(SessionKeys keys, ProbePath probes, ISessionHost host)
    {
        _sealer = new PacketSealer(keys.Sending, keys.Receiving, paths.Pool, host);
        _validations = new ValidationAssembler(_sealer, probes);
    }

    /// <summary>Writes the next packet that is due; false when there is none. Call until then.</summary>
    public bool TryAssemble(Instant now, Span<byte> buffer, out CarrierAddress to, out int length)
    {
        PacedUntil = null;
        if (_validations!.TryAssembleProbe(now, buffer, out to, out length))
        {
            return true;
        }

        foreach (Path path in paths.All)
        {
            if (!path.Validation.IsQuiet && _validations.TryAssemble(now, path, buffer, out to, out length))
            {
                return true;
            }
        }

        // The active path comes last: what a suspected path copies onto a standby must not be taken by it first.
        foreach (Path path in paths.All)
        {
            if (path != paths.Active && TryAssembleOn(now, path, buffer, out length))
            {
                to = path.Destination(now);
                return true;
            }
        }

        if (paths.Active is { } active
            && (TryAssembleDatagram(now, active, buffer, out length) || TryAssembleOn(now, active, buffer, out length)))
        {
            to = active.Destination(now);
            return true;
        }

        return false;
    }

    /// <summary>Writes a packet with nothing but CLOSE; 0 when not even that may go to the path's address now.</summary>
    public int AssembleClose(Instant now, Path path, in CloseFrame frame, Span<byte> buffer)
    {
        CloseFrame brief = path.Room < PacketHeader.MaxLength + CloseFrame.MaxLength + _sealer!.TagSize ? frame with { Reason = "" } : frame;
        if (path.Room < PacketSize.Least)
        {
            return 0;
        }

        SentPacket packet = paths.Pool.Rent(now);
        WireWriter writer = _sealer.Begin(now, path, buffer, path.Room, out int header);
        brief.Write(ref writer);
        return _sealer.Finish(now, path, packet, buffer, header, writer.Written);
    }

    private bool TryAssembleOn(Instant now, Path path, Span<byte> buffer, out int length)
    {
        length = 0;
        if (path.State is PathState.Failed or PathState.Abandoned || path.Room < PacketSize.Least)
        {
            return false;
        }

        bool wantsData = WantsData(path) && MaySendData(now, path);
        if (wantsData && (streams.HasPending || path.Mtu.IsAsked) && TryAssembleMtuProbe(now, path, buffer, out length))
        {
            return true;
        }

        bool owes = path.ProbesOwed > 0 || (path.CopiesOwed > 0 && wantsData);
        if (!wantsData && !owes && !path.Acks.IsAckDue(now) && !OwesForeignAcks(now, path))
        {
            return false;
        }

        SentPacket packet = paths.Pool.Rent(now);

        // What a path may have ceased to carry must not be what asks whether it still works.
        int limit = path.ProbesOwed > 0 ? Math.Min(path.Room, path.BasePacketSize) : path.Room;
        WireWriter writer = _sealer!.Begin(now, path, buffer, limit, out int header);
        bool challenges = WriteFrames(now, path, wantsData, owes, header, ref writer, packet);
        if (writer.Written == 0)
        {
            paths.Pool.Return(packet);
            return false;
        }

        packet.InFlight = packet.AckEliciting;
        path.ProbesOwed = packet.AckEliciting ? Math.Max(0, path.ProbesOwed - 1) : path.ProbesOwed;
        path.CopiesOwed = packet.AckEliciting ? Math.Max(0, path.CopiesOwed - 1) : path.CopiesOwed;
        if (packet.AckEliciting)
        {
            _sealer.PadTo(challenges ? path.ChallengeSize : PacketSize.Least, ref writer, header);
        }

        length = _sealer.Finish(now, path, packet, buffer, header, writer.Written);
        return true;
    }

    /// <summary>Writes what a path has to say; true when a challenge is in it.</summary>
    private bool WriteFrames(Instant now, Path path, bool wantsData, bool owes, int header, ref WireWriter writer, SentPacket packet)
    {
        WireWriter frames = new(writer.Ahead(writer.Remaining - KeptForChallenge(path)));
        WriteAcks(now, path, ref frames, packet);
        int acknowledgements = packet.Count;
        if (wantsData || (path.ProbesOwed > 0 && path.State == PathState.Active))
        {
            reliable.Write(ref frames, packet);
            streams.Write(ref frames, packet);
        }

        writer.Take(frames.Written);
        packet.AckEliciting = packet.Count > acknowledgements;
        bool asks = packet.AckEliciting || owes || path.Acks.WantsPing;
        int length = Math.Max(header + writer.Written + _sealer!.TagSize, asks ? PacketSize.Least : 0);
        bool challenges = (asks || writer.Written > 0) && TryWriteChallenge(now, path, length, ref writer, packet);
        if (!challenges && !packet.AckEliciting && asks && writer.Remaining > 0)
        {
            writer.WriteVarInt((ulong)FrameType.Ping);
            packet.Add(new SentFrame(SentFrameKind.Ephemeral));
            packet.AckEliciting = true;
        }

        packet.AckEliciting |= challenges;
        return challenges;
    }

    /// <summary>A packet of a larger size than is known to pass, with nothing in it that its loss would take away.</summary>
    private bool TryAssembleMtuProbe(Instant now, Path path, Span<byte> buffer, out int length)
    {
        length = 0;
        if (path != paths.Active || path.ProbesOwed > 0 || path.CopiesOwed > 0 || !path.IsAddressValidated || !path.Rtt.HasSample
            || !path.Mtu.TryGetProbe(now, out int size))
        {
            return false;
        }

        SentPacket packet = paths.Pool.Rent(now);
        packet.Add(new SentFrame(SentFrameKind.Ephemeral));
        packet.AckEliciting = packet.IsMtuProbe = true;
        WireWriter writer = _sealer!.Begin(now, path, buffer, size, out int header);
        writer.WriteVarInt((ulong)FrameType.Ping);
        writer.Pad(writer.Remaining);
        length = _sealer.Finish(now, path, packet, buffer, header, writer.Written);
        path.Mtu.OnProbeSent(length);
        if (!streams.HasPending)
        {
            // No data follows that would show whether it was lost: a PING does.
            path.ProbesOwed = 1;
        }

        return true;
    }

    private bool TryAssembleDatagram(Instant now, Path path, Span<byte> buffer, out int length)
    {
        length = 0;
        while (datagrams.PeekLength() is var payload and >= 0 && path.Room >= PacketSize.Least)
        {
            int size = PacketHeader.MaxLength + 1 + payload + _sealer!.TagSize;
            if (size > path.MaxPacketSize)
            {
                // It was measured against a larger packet than this path takes: dropped, as a network would.
                datagrams.Drop();
            }
            else if (size + KeptForChallenge(path) > path.Room || paths.IsHeldBack(path)
                || (options.GateDatagrams && !MaySendData(now, path)))
            {
                return false;
            }
            else
            {
                length = AssembleDatagram(now, path, buffer, payload);
                return true;
            }
        }

        return false;
    }

    private int AssembleDatagram(Instant now, Path path, Span<byte> buffer, int payload)
    {
        SentPacket packet = paths.Pool.Rent(now);
        WireWriter writer = _sealer!.Begin(now, path, buffer, path.Room, out int header);
        int kept = payload + 1 + KeptForChallenge(path);
        if (path.Acks.HasUnsent && writer.Remaining > kept + AckFrame.MaxLength(ranges: 1))
        {
            // Only as much room as the datagram leaves.
            WireWriter acks = new(writer.Ahead(writer.Remaining - kept));
            WriteAcks(now, path, ref acks, packet);
            writer.Take(acks.Written);
        }

        int length = Math.Max(header + writer.Written + payload + 1 + _sealer.TagSize, PacketSize.Least);
        bool challenges = TryWriteChallenge(now, path, length, ref writer, packet);

        // PADDING comes first: the DATAGRAM frame has no length and takes the rest.
        _sealer.PadTo(challenges ? path.ChallengeSize : PacketSize.Least, ref writer, header, following: payload + 1);
        writer.WriteVarInt((ulong)FrameType.Datagram);
        datagrams.TryTake(writer.Take(payload), out _);
        packet.Add(new SentFrame(SentFrameKind.Ephemeral));
        packet.AckEliciting = true;
        packet.InFlight = options.GateDatagrams;
        path.ProbesOwed = Math.Max(0, path.ProbesOwed - 1);
        return _sealer.Finish(now, path, packet, buffer, header, writer.Written);
    }

    /// <summary>
    /// Adds the challenge that the path's address has yet to answer: to what a probe timeout sends, since an answer to it says more than
    /// an acknowledgement (RFC 9002 section 6.2.4), and to a packet of <paramref name="length"/> bytes that spends what
    /// its repetitions need.
    /// </summary>
    private static bool TryWriteChallenge(Instant now, Path path, int length, ref WireWriter writer, SentFrames notes)
    {
        if ((path.ProbesOwed == 0 && !path.StarvesChallenge(length))
            || !path.Validation.TryTakeChallengeTo(now, path.Remote, early: true, out ulong token))
        {
            return false;
        }

        PathResponseFrame.WriteChallenge(ref writer, token);
        notes.Add(new SentFrame(SentFrameKind.Ephemeral));
        return true;
    }

    /// <summary>What stays free in the next packet, where it may have to take the challenge that its path's address has yet to answer.</summary>
    private static int KeptForChallenge(Path path) =>
        path.AwaitsAnswer && (path.ProbesOwed > 0 || path.StarvesChallenge(path.MaxPacketSize)) ? PathResponseFrame.ChallengeLength : 0;

    private bool WantsData(Path path) => path.State switch
    {
        PathState.Active => path.CopiesOwed > 0 || reliable.HasPending || streams.HasPending || path.Mtu.IsAsked,
        PathState.Standby => path.CopiesOwed > 0,
        _ => false,
    };

    private bool MaySendData(Instant now, Path path)
    {
        if (path.ProbesOwed > 0)
        {
            return true;
        }

        if (!path.Recovery.FitsWindow(path.MaxPacketSize) || paths.IsHeldBack(path))
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

    private void WriteAcks(Instant now, Path path, ref WireWriter writer, SentFrames notes)
    {
        _sealer!.WriteAck(now, path, ref writer, notes);
        if (path != paths.Active)
        {
            return;
        }

        foreach (Path other in paths.All)
        {
            if (other.State == PathState.Failed)
            {
                _sealer.WriteAck(now, other, ref writer, notes);
            }
        }
    }
}
