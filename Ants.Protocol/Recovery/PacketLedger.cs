using System.Diagnostics.CodeAnalysis;

namespace Ants.Protocol.Recovery;

/// <summary>
/// Keeps the sent packets of one path, each in the list of what is known of it, and the two sums that must always agree
/// with those lists.
/// </summary>
internal sealed class PacketLedger(SentPacketPool pool)
{
    /// <summary>
    /// ACK-only packets remembered: an ACK names one only until a later packet that asks for an ACK is acknowledged, and
    /// all that is lost with a forgotten one is a measurement of the round trip.
    /// </summary>
    private const int MaxAckOnly = 64;

    private SentPacketList _outstanding;
    private SentPacketList _ackOnly;
    private SentPacketList _lost;
    private SentPacketList _acked;

    /// <summary>The bytes of outstanding packets that are in flight.</summary>
    public int BytesInFlight { get; private set; }

    /// <summary>How many outstanding packets ask for an acknowledgement.</summary>
    public int AckEliciting { get; private set; }

    /// <summary>The oldest packet that is neither acknowledged nor held lost; the newer ones follow it.</summary>
    public SentPacket? Oldest => _outstanding.First;

    /// <summary>The oldest packet of those that asks for an acknowledgement.</summary>
    public SentPacket? OldestAckEliciting
    {
        get
        {
            SentPacket? packet = AckEliciting > 0 ? _outstanding.First : null;
            while (packet is { AckEliciting: false })
            {
                packet = packet.Next;
            }

            return packet;
        }
    }

    /// <summary>The first packet of the last <see cref="TakeAcked"/>; the others follow it.</summary>
    public SentPacket? FirstAcked => _acked.First;

    public void Add(SentPacket packet)
    {
        if (packet.AckEliciting || packet.InFlight)
        {
            _outstanding.Append(packet);
            Count(packet, 1);
            return;
        }

        _ackOnly.Append(packet);
        if (_ackOnly.Count > MaxAckOnly)
        {
            ReturnFirst(ref _ackOnly);
        }
    }

    /// <summary>
    /// Sets aside what <paramref name="ranges"/> (ascending, not empty) acknowledge, whatever was thought of it, for the
    /// caller to take with <see cref="TryTakeAcked"/>.
    /// </summary>
    public void TakeAcked(ReadOnlySpan<NumberRange> ranges)
    {
        _outstanding.TakeAcked(ranges, ref _acked);
        for (SentPacket? packet = _acked.First; packet is not null; packet = packet.Next)
        {
            Count(packet, -1);
        }

        SentPacket? before = _acked.Last;
        _ackOnly.TakeAcked(ranges, ref _acked);
        for (SentPacket? packet = before is null ? _acked.First : before.Next; packet is not null; packet = packet.Next)
        {
            _outstanding.NoteAcked(packet.Number);
        }

        _lost.TakeAcked(ranges, ref _acked);
        while (_ackOnly.First?.Number < ranges[^1].Last)
        {
            ReturnFirst(ref _ackOnly);
        }
    }

    /// <summary>Sums up the packets set aside.</summary>
    public AckOutcome SummarizeAcked()
    {
        (int packets, int bytes, int spurious, uint generation, bool eliciting) = (0, 0, 0, 0, false);
        SentPacket? largest = null;
        for (SentPacket? packet = _acked.First; packet is not null; packet = packet.Next)
        {
            packets++;
            bytes += packet.Size;
            spurious += packet.LostAt is null ? 0 : 1;
            generation = Math.Max(generation, packet.KeyGeneration);
            eliciting |= packet.AckEliciting;
            largest = largest is null || packet.Number > largest.Number ? packet : largest;
        }

        return new AckOutcome(
            packets, bytes, largest?.Number ?? 0, largest?.SentAt ?? default, eliciting, RttSampled: false, Lost: 0, spurious, generation);
    }

    /// <summary>Takes the next packet set aside. The caller returns it to the pool.</summary>
    public bool TryTakeAcked([NotNullWhen(true)] out SentPacket? packet) => _acked.TryTakeFirst(out packet);

    /// <summary>Holds the oldest outstanding packet lost, but remembers it: its ACK may only be late.</summary>
    public SentPacket? LoseOldest(Instant now)
    {
        if (_outstanding.TryTakeFirst(out SentPacket? packet))
        {
            Count(packet, -1);
            packet.LostAt = now;
            _lost.Append(packet);
        }

        return packet;
    }

    /// <summary>Stops waiting for late ACKs of packets that were held lost before <paramref name="limit"/>.</summary>
    public void ForgetLost(Instant limit)
    {
        while (_lost.First?.LostAt < limit)
        {
            ReturnFirst(ref _lost);
        }
    }

    /// <summary>
    /// Adds the frames worth sending again of the oldest outstanding packets, up to <paramref name="maxBytes"/> of packets
    /// but at least one packet. Returns how many packets they came from.
    /// </summary>
    public int CollectOldest(int maxBytes, List<SentFrame> frames)
    {
        int packets = 0;
        for (SentPacket? packet = _outstanding.First; packet is not null; packet = packet.Next)
        {
            if (!packet.AckEliciting)
            {
                continue;
            }

            if (packets > 0 && packet.Size > maxBytes)
            {
                break;
            }

            packets++;
            maxBytes -= packet.Size;
            foreach (ref readonly SentFrame frame in packet.All)
            {
                if (frame.Kind is not (SentFrameKind.Ephemeral or SentFrameKind.Ack))
                {
                    frames.Add(frame);
                }
            }
        }

        return packets;
    }

    /// <summary>Returns every packet to the pool.</summary>
    public void Release()
    {
        BytesInFlight = AckEliciting = 0;
        ReturnAll(ref _outstanding);
        ReturnAll(ref _ackOnly);
        ReturnAll(ref _lost);
        ReturnAll(ref _acked);
    }

    private void Count(SentPacket packet, int sign)
    {
        BytesInFlight += packet.InFlight ? sign * packet.Size : 0;
        AckEliciting += packet.AckEliciting ? sign : 0;
    }

    private void ReturnAll(ref SentPacketList list)
    {
        while (list.First is not null)
        {
            ReturnFirst(ref list);
        }
    }

    private void ReturnFirst(ref SentPacketList list)
    {
        if (list.TryTakeFirst(out SentPacket? packet))
        {
            pool.Return(packet);
        }
    }
}
