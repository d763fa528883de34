using Ants.Protocol.Paths;
using Ants.Protocol.Recovery;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Sessions;

/// <summary>
/// Builds the packets that find out where the peer is: probes, challenges and their answers. None is larger than what came
/// from an address that has not been validated.
/// </summary>
internal sealed class ValidationAssembler(PacketSealer sealer, ProbePath probes)
{
    /// <summary>The next probe, or answer to one.</summary>
    public bool TryAssembleProbe(Instant now, Span<byte> buffer, out CarrierAddress to, out int length)
    {
        length = 0;
        to = default;
        if (!probes.HasPending)
        {
            return false;
        }

        ulong number = probes.NextPacketNumber++;
        WireWriter writer = sealer.BeginProbe(now, probes, number, buffer, out int header);
        probes.TryWrite(now, ref writer, out to);
        writer.Pad(writer.Remaining);
        probes.Observer?.OnProbeSent(now, to, number, buffer.Slice(header, writer.Written), header + writer.Written + sealer.TagSize);
        length = sealer.Seal(ProbePath.PathId, number, buffer, header, writer.Written);
        return true;
    }

    /// <summary>The next challenge or answer of a path; it may go elsewhere than the path's data does.</summary>
    public bool TryAssemble(Instant now, Path path, Span<byte> buffer, out CarrierAddress to, out int length)
    {
        while (path.Validation.TryTakeResponse(out AddressValidation.OwedResponse owed))
        {
            int limit = LimitFor(path, owed);
            if (limit >= PacketSize.Least)
            {
                to = owed.Source.Tunnelled();
                length = AssembleResponse(now, path, owed, buffer, limit);
                return true;
            }
        }

        length = 0;
        CarrierAddress? blocked = path.Room < PacketSize.Least ? path.Remote : null;
        if (!path.Validation.TryTakeChallenge(now, blocked, out to, out ulong token))
        {
            return false;
        }

        length = AssembleChallenge(now, path, to, token, buffer);
        to = to.Tunnelled();
        return true;
    }

    private static int LimitFor(Path path, AddressValidation.OwedResponse owed) =>
        owed.Source == path.Remote ? Math.Min(path.Room, path.BasePacketSize) : Math.Min(path.BasePacketSize, owed.Size);

    private int AssembleResponse(Instant now, Path path, AddressValidation.OwedResponse owed, Span<byte> buffer, int limit)
    {
        WireWriter writer = sealer.Begin(now, path, buffer, limit, out int header);
        SentPacket packet = Rent(now);
        bool onPath = owed.Source == path.Remote;
        new PathResponseFrame(owed.Token, owed.Source.EndPoint).Write(ref writer);
        if (onPath && writer.Remaining >= PathResponseFrame.ChallengeLength
            && path.Validation.TryTakeChallengeTo(now, path.Remote, early: !path.IsAddressValidated, out ulong alongside))
        {
            PathResponseFrame.WriteChallenge(ref writer, alongside);
        }

        AddAcks(now, path, onPath, ref writer, packet);

        // RFC 9000 section 8.2.2: as large as the question, so that the path is shown to carry it both ways.
        sealer.PadTo(owed.Size >= path.BasePacketSize ? limit : PacketSize.Least, ref writer, header);
        return Finish(now, path, packet, onPath, buffer, header, writer.Written);
    }

    private int AssembleChallenge(Instant now, Path path, CarrierAddress to, ulong token, Span<byte> buffer)
    {
        bool onPath = to == path.Remote;
        int size = onPath ? path.ChallengeSize : PacketSize.Least;
        WireWriter writer = sealer.Begin(now, path, buffer, onPath ? Math.Min(path.Room, path.BasePacketSize) : path.BasePacketSize, out int header);
        SentPacket packet = Rent(now);
        PathResponseFrame.WriteChallenge(ref writer, token);
        AddAcks(now, path, onPath, ref writer, packet);

        sealer.PadTo(size, ref writer, header);
        if (onPath && !path.IsAddressValidated)
        {
            // It asks what a probe timeout would, and what came from there may pay for no second packet.
            path.ProbesOwed = Math.Max(0, path.ProbesOwed - 1);
        }

        return Finish(now, path, packet, onPath, buffer, header, writer.Written);
    }

    private void AddAcks(Instant now, Path path, bool onPath, ref WireWriter writer, SentPacket packet)
    {
        if (onPath)
        {
            sealer.WriteAck(now, path, ref writer, packet);
        }
    }

    private SentPacket Rent(Instant now)
    {
        SentPacket packet = sealer.Pool.Rent(now);
        packet.Add(new SentFrame(SentFrameKind.Ephemeral));
        return packet;
    }

    private int Finish(Instant now, Path path, SentPacket packet, bool onPath, Span<byte> buffer, int header, int written)
    {
        // What went elsewhere says nothing about the path: its loss must not, and waiting for it must not.
        packet.AckEliciting = packet.InFlight = onPath;
        return sealer.Finish(now, path, packet, buffer, header, written, onPath);
    }
}
