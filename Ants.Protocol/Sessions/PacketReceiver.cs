using Ants.Crypto;
using Ants.Protocol.Paths;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Sessions;

/// <summary>
/// Opens packets, refuses replays, finds the path, and notices that the peer's address has changed. What is not
/// authentic is counted and dropped; nothing here throws.
/// </summary>
internal sealed class PacketReceiver(PathSet paths, FrameDispatcher dispatcher, AddressProber prober, ISessionHost host)
{
    private PacketCipher? _opener;
    private ProbePath? _probes;

    /// <summary>Packets that did not authenticate, were replayed, or named a path that cannot be.</summary>
    public long Dropped { get; private set; }

    public void Start(PacketCipher opener, ProbePath probes) => (_opener, _probes) = (opener, probes);

    /// <summary>
    /// Takes a packet for path <paramref name="pathId"/>. Returns whether it was authentic and new; then a
    /// <paramref name="fault"/> tells of a peer that breaks the protocol.
    /// </summary>
    public bool TryReceive(Instant now, uint pathId, in PacketHeader header, ReadOnlySpan<byte> datagram, CarrierAddress from,
        Span<byte> scratch, out FrameFault fault)
    {
        fault = FrameFault.None;
        if (_opener is null || PacketHeader.HasReservedBits(datagram[0]) || datagram.Length < header.Length + _opener.TagSize)
        {
            return Drop();
        }

        if (pathId == ProbePath.PathId)
        {
            return TryReceiveProbe(now, header, datagram, from, scratch, out fault);
        }

        Path? path = paths.Find(pathId);
        ulong number = header.ExpandNumber(path?.Acks.Largest);
        if ((path is not null && !path.Replay.IsFresh(number)) || !TryOpen(pathId, number, header, datagram, scratch, out Span<byte> frames))
        {
            return Drop();
        }

        path ??= paths.Accept(pathId, from);
        if (path is null || !path.Replay.TryMark(number))
        {
            return Drop();
        }

        if (path.SendCredit != int.MaxValue && from == path.Remote)
        {
            path.SendCredit += datagram.Length;
        }

        bool newest = path.Acks.Largest is not { } largest || number > largest;
        path.LastReceived = now;
        fault = dispatcher.Dispatch(now, path, from, frames, out bool ackEliciting, out bool probing);
        path.Acks.OnReceived(now, number, ackEliciting);
        if (newest && !probing && from != path.Remote && from.Kind == path.Remote.Kind)
        {
            Migrate(now, path, from, datagram.Length);
        }

        if (path.State is PathState.Unknown or PathState.Failed)
        {
            prober.Challenge(now, path);
        }

        return true;
    }

    private bool TryReceiveProbe(Instant now, in PacketHeader header, ReadOnlySpan<byte> datagram, CarrierAddress from,
        Span<byte> scratch, out FrameFault fault)
    {
        fault = FrameFault.None;
        ulong number = header.ExpandNumber(_probes!.LargestReceived);
        if (!_probes.Replay.IsFresh(number)
            || !TryOpen(ProbePath.PathId, number, header, datagram, scratch, out Span<byte> frames)
            || !_probes.Replay.TryMark(number))
        {
            return Drop();
        }

        _probes.LargestReceived = Math.Max(_probes.LargestReceived ?? 0, number);
        fault = dispatcher.DispatchProbe(now, from, frames);
        return true;
    }

    /// <summary>
    /// The peer's packets come from somewhere else now: its NAT gave it another port, or it moved. Data follow at once,
    /// within what came from there, and both addresses are challenged (RFC 9000 section 9.3).
    /// </summary>
    private void Migrate(Instant now, Path path, CarrierAddress from, int received)
    {
        bool sameHost = from.EndPoint is { } there && path.Remote.EndPoint is { } here && there.Address.Equals(here.Address);
        path.Previous = path.Remote;
        path.Remote = from;
        path.SendCredit = from.Kind == CarrierKind.Udp ? received : int.MaxValue;
        if (!sameHost)
        {
            // RFC 9000 section 9.4: another port alone is most likely the same path.
            path.Recovery.OnAddressChanged(now, path.Rtt.Smoothed);
        }

        path.Validation.Challenge(now, from, host.NextRandom());
        path.Validation.Challenge(now, path.Previous.Value, host.NextRandom());
        if (path == paths.Active)
        {
            paths.RaiseChanged();
        }
    }

    private bool TryOpen(uint pathId, ulong number, in PacketHeader header, ReadOnlySpan<byte> datagram, Span<byte> scratch,
        out Span<byte> frames)
    {
        ReadOnlySpan<byte> body = datagram[header.Length..];
        frames = scratch[..(body.Length - _opener!.TagSize)];
        return _opener.TryOpen(pathId, number, datagram[..header.Length], body, frames);
    }

    private bool Drop()
    {
        Dropped++;
        return false;
    }
}
