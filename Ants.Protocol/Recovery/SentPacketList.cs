using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Ants.Protocol.Recovery;

/// <summary>
/// Sent packets in ascending order of number, linked through the packets themselves: adding, removing one and walking
/// from the oldest cost nothing but the steps. An ACK is matched by one walk from the oldest packet up to the largest
/// number acknowledged, which meets only holes and what is newly acknowledged, however large the window.
/// </summary>
/// <remarks>A field of its owner's: a copy would lose track of the first and the last.</remarks>
internal struct SentPacketList
{
    private bool _ackedAfterLast;

    /// <summary>The oldest.</summary>
    public SentPacket? First { get; private set; }

    public SentPacket? Last { get; private set; }

    public int Count { get; private set; }

    public void Append(SentPacket packet)
    {
        Debug.Assert(packet.Next is null && packet.Previous is null && First != packet, "A packet is in one list at a time.");
        packet.AckedBefore = _ackedAfterLast;
        _ackedAfterLast = false;
        packet.Previous = Last;
        if (Last is null)
        {
            First = packet;
        }
        else
        {
            Last.Next = packet;
        }

        Last = packet;
        Count++;
    }

    public void Remove(SentPacket packet)
    {
        if (packet.Previous is null)
        {
            First = packet.Next;
        }
        else
        {
            packet.Previous.Next = packet.Next;
        }

        if (packet.Next is null)
        {
            Last = packet.Previous;
        }
        else
        {
            packet.Next.Previous = packet.Previous;
        }

        packet.Next = packet.Previous = null;
        Count--;
    }

    /// <summary>Takes the oldest out.</summary>
    public bool TryTakeFirst([NotNullWhen(true)] out SentPacket? packet)
    {
        packet = First;
        if (packet is not null)
        {
            Remove(packet);
        }

        return packet is not null;
    }

    /// <summary>Moves the packets whose numbers are in <paramref name="ranges"/> (ascending) to <paramref name="acked"/>.</summary>
    public void TakeAcked(ReadOnlySpan<NumberRange> ranges, ref SentPacketList acked)
    {
        for (SentPacket? packet = First; packet is not null;)
        {
            while (!ranges.IsEmpty && ranges[0].Last < packet.Number)
            {
                ranges = ranges[1..];
            }

            if (ranges.IsEmpty)
            {
                return;
            }

            SentPacket? next = packet.Next;
            if (packet.Number >= ranges[0].First)
            {
                Remove(packet);
                MarkAckedBefore(next);
                acked.Append(packet);
            }

            packet = next;
        }
    }

    /// <summary>Notes that a packet which is not in this list, <paramref name="number"/>, was acknowledged.</summary>
    public void NoteAcked(ulong number)
    {
        SentPacket? above = First;
        while (above is not null && above.Number < number)
        {
            above = above.Next;
        }

        MarkAckedBefore(above);
    }

    private void MarkAckedBefore(SentPacket? packet)
    {
        if (packet is null)
        {
            _ackedAfterLast = true;
        }
        else
        {
            packet.AckedBefore = true;
        }
    }
}
