using Ants.Crypto;
using Ants.Protocol.Paths;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Sessions;

/// <summary>
/// Opens packets, refuses replays, finds the path, and notices that the peer's address has changed. What is not
/// authentic is counted and dropped; nothing here throws.
/// </summary>
internal sealed class PacketReceiver(ReceivingKeys keys, ProbePath probes, PathSet paths, FrameDispatcher dispatcher,
    PathMigration migration, FrameFates fates)
{
    /// <summary>Packets that did not authenticate, were replayed, or named a path that cannot be.</summary>
    public long Dropped { get; private set; }

    /// <summary>Opens a packet for path <paramref name="pathId"/>; false when it is not authentic or not new.</summary>
    public bool TryOpen(Instant now, uint pathId, in PacketHeader header, ReadOnlySpan<byte> datagram, CarrierAddress from,
        Span<byte> scratch, out ReceivedPacket packet)
    {
        packet = default;
        bool probe = pathId == ProbePath.PathId;
        Path? path = probe ? null : paths.Find(pathId);
        ulong number = header.ExpandNumber(probe ? probes.LargestReceived : path?.Acks.Largest);
        ReplayWindow? replay = probe ? probes.Replay : path?.Replay;
        if (PacketHeader.HasReservedBits(datagram[0]) || replay?.IsFresh(number) == false
            || !TryOpen(now, pathId, number, header, datagram, scratch, out ReadOnlySpan<byte> frames, out uint generation))
        {
            return Drop(now, pathId, datagram.Length);
        }

        path ??= probe ? null : Accept(now, pathId, from);
        replay ??= path?.Replay;
        if (replay is null || !replay.TryMark(number))
        {
            return Drop(now, pathId, datagram.Length);
        }

        packet = new ReceivedPacket
        {
            PathOrProbe = path,
            From = from,
            Number = number,
            KeyGeneration = generation,
            Size = datagram.Length,
            Frames = frames,
        };
        Note(now, packet);
        return true;
    }

    /// <summary>Acts on an opened packet; the fault tells of a peer that breaks the protocol.</summary>
    public FrameFault Dispatch(Instant now, in ReceivedPacket packet)
    {
        if (keys.IsViolated)
        {
            return new FrameFault(SessionErrorCode.KeyUpdate, "the key was changed again before its last change was acknowledged");
        }

        if (packet.IsProbe)
        {
            return dispatcher.DispatchProbe(now, packet);
        }

        Path path = packet.Path;
        bool newest = path.Acks.Largest is not { } largest || packet.Number > largest;
        path.Acks.KeyGeneration = Math.Max(path.Acks.KeyGeneration, packet.KeyGeneration);
        FrameFault fault = dispatcher.Dispatch(now, packet, out bool ackEliciting, out bool probing);
        path.Acks.OnReceived(now, packet.Number, ackEliciting);

        // A path without data has nothing to lose by following at once.
        bool moves = newest && (!probing || !path.IsUsable) && path.State != PathState.Abandoned;
        if (moves && packet.From != path.Remote && CanMove(path.Remote, packet.From))
        {
            migration.OnNewAddress(now, path, packet.From, packet.Size);
        }

        if (path.State is PathState.Unknown or PathState.Failed)
        {
            paths.Challenge(now, path);
        }
        else
        {
            path.Validation.OnHeard(now, packet.From);
        }

        return fault;
    }

    /// <summary>A path keeps its carrier, and one over a WebSocket its connection: another one is another path.</summary>
    private static bool CanMove(CarrierAddress present, CarrierAddress next) =>
        next.Kind == present.Kind && next.Kind != CarrierKind.WebSocket;

    private bool TryOpen(Instant now, uint pathId, ulong number, in PacketHeader header, ReadOnlySpan<byte> datagram, Span<byte> scratch,
        out ReadOnlySpan<byte> frames, out uint generation)
    {
        frames = default;
        generation = 0;
        ReadOnlySpan<byte> body = datagram[header.Length..];
        if (body.Length < keys.TagSize)
        {
            return false;
        }

        Span<byte> opened = scratch[..(body.Length - keys.TagSize)];
        frames = opened;
        return keys.TryOpen(now, paths, pathId, number, datagram[..header.Length], body, opened, out generation);
    }

    private Path? Accept(Instant now, uint id, CarrierAddress from)
    {
        paths.MakeRoom(now, fates);
        return paths.Accept(id, from);
    }

    private void Note(Instant now, in ReceivedPacket packet)
    {
        paths.Observer?.OnPacketReceived(now, packet);
        if (packet.IsProbe)
        {
            probes.LargestReceived = Math.Max(probes.LargestReceived ?? 0, packet.Number);
            return;
        }

        packet.Path.OnReceived(now);
        packet.Path.EarnFrom(packet.From, packet.Size);
    }

    private bool Drop(Instant now, uint pathId, int size)
    {
        Dropped++;
        paths.Observer?.OnPacketDropped(now, pathId, size);
        return false;
    }
}
