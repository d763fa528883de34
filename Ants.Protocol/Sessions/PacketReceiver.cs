using Ants.Crypto;
using Ants.Protocol.Paths;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Sessions;

/// <summary>
/// Opens packets, refuses replays, finds the path, and notices that the peer's address has changed. What is not
/// authentic is counted and dropped; nothing here throws.
/// </summary>
internal sealed class PacketReceiver(PacketCipher opener, ProbePath probes, PathSet paths, FrameDispatcher dispatcher,
    PathMigration migration, FrameFates fates)
{
    // RFC 9001 section 6.6: the integrity limit of ChaCha20-Poly1305, the lower one of the suites for packets of our size.
    private const ulong MaxForged = 1UL << 36;

    private ulong _forged;

    /// <summary>Packets that did not authenticate, were replayed, or named a path that cannot be.</summary>
    public long Dropped { get; private set; }

    /// <summary>Whether so many forgeries have been tried on the key that it must not be used any more.</summary>
    public bool IsExhausted => _forged >= MaxForged;

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
            || !TryOpen(pathId, number, header, datagram, scratch, out ReadOnlySpan<byte> frames))
        {
            return Drop();
        }

        path ??= probe ? null : Accept(now, pathId, from);
        replay ??= path?.Replay;
        if (replay is null || !replay.TryMark(number))
        {
            return Drop();
        }

        packet = new ReceivedPacket { PathOrProbe = path, From = from, Number = number, Size = datagram.Length, Frames = frames };
        Note(now, packet);
        return true;
    }

    /// <summary>Acts on an opened packet; the fault tells of a peer that breaks the protocol.</summary>
    public FrameFault Dispatch(Instant now, in ReceivedPacket packet)
    {
        if (packet.IsProbe)
        {
            return dispatcher.DispatchProbe(now, packet);
        }

        Path path = packet.Path;
        bool newest = path.Acks.Largest is not { } largest || packet.Number > largest;
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

        return fault;
    }

    /// <summary>A path keeps its carrier, and one over a WebSocket its connection: another one is another path.</summary>
    private static bool CanMove(CarrierAddress present, CarrierAddress next) =>
        next.Kind == present.Kind && next.Kind != CarrierKind.WebSocket;

    private bool TryOpen(uint pathId, ulong number, in PacketHeader header, ReadOnlySpan<byte> datagram, Span<byte> scratch,
        out ReadOnlySpan<byte> frames)
    {
        frames = default;
        ReadOnlySpan<byte> body = datagram[header.Length..];
        if (body.Length < opener.TagSize)
        {
            return false;
        }

        Span<byte> opened = scratch[..(body.Length - opener.TagSize)];
        frames = opened;
        bool authentic = opener.TryOpen(pathId, number, datagram[..header.Length], body, opened);
        _forged += authentic ? 0UL : 1UL;
        return authentic;
    }

    private Path? Accept(Instant now, uint id, CarrierAddress from)
    {
        if (!paths.HasRoom)
        {
            paths.AbandonSuperfluous(now, fates);
        }

        return paths.Accept(id, from);
    }

    private void Note(Instant now, in ReceivedPacket packet)
    {
        if (packet.IsProbe)
        {
            probes.LargestReceived = Math.Max(probes.LargestReceived ?? 0, packet.Number);
            return;
        }

        packet.Path.LastReceived = now;
        if (packet.From == packet.Path.Remote)
        {
            packet.Path.Earn(packet.Size);
        }
    }

    private bool Drop()
    {
        Dropped++;
        return false;
    }
}
