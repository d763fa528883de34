using Ants.Protocol;
using Ants.Protocol.Recovery;
using Ants.Protocol.Wire;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Recovery;

[TestFixture]
internal sealed class AckTrackerTests
{
    private static readonly Instant s_start = Instant.Zero + TimeSpan.FromSeconds(1);

    [Test]
    public void The_first_packet_of_a_path_is_acknowledged_at_once()
    {
        AckTracker tracker = new();
        tracker.OnReceived(s_start, 0, ackEliciting: true);
        Assert.That(tracker.IsAckDue(s_start), Is.True);
    }

    [Test]
    public void A_single_packet_waits_for_company_but_less_than_was_promised()
    {
        AckTracker tracker = Started();
        tracker.OnReceived(s_start, 1, ackEliciting: true);
        Assert.That(tracker.Deadline, Is.EqualTo(s_start + TimeSpan.FromMilliseconds(24)));
        Assert.That(tracker.IsAckDue(s_start), Is.False);
        Assert.That(tracker.IsAckDue(s_start + AckTracker.MaxAckDelay), Is.True);
    }

    [Test]
    public void Every_second_packet_is_acknowledged_at_once()
    {
        AckTracker tracker = Started();
        Instant later = s_start + TimeSpan.FromMilliseconds(3);
        tracker.OnReceived(s_start, 1, ackEliciting: true);
        tracker.OnReceived(later, 2, ackEliciting: true);
        Assert.That(tracker.IsAckDue(later), Is.True);
        Write(tracker, later);
        tracker.OnReceived(later, 3, ackEliciting: true);
        Assert.That(tracker.IsAckDue(later), Is.False, "The count starts again.");
    }

    [Test]
    public void A_hole_below_a_packet_is_told_at_once()
    {
        AckTracker tracker = Started();
        tracker.OnReceived(s_start, 2, ackEliciting: true);
        Assert.That(tracker.IsAckDue(s_start), Is.True);
    }

    [Test]
    public void A_packet_that_fills_a_hole_is_told_at_once()
    {
        AckTracker tracker = Started();
        tracker.OnReceived(s_start, 2, ackEliciting: true);
        Write(tracker, s_start);
        tracker.OnReceived(s_start, 1, ackEliciting: true);
        Assert.That(tracker.IsAckDue(s_start), Is.True);
    }

    [Test]
    public void Packets_that_hold_only_acks_are_never_answered_but_ride_along()
    {
        AckTracker tracker = Started();
        tracker.OnReceived(s_start, 1, ackEliciting: false);
        tracker.OnReceived(s_start, 2, ackEliciting: false);
        Assert.That(tracker.Deadline, Is.Null);
        Assert.That(tracker.HasUnsent, Is.True);
        Assert.That(Write(tracker, s_start), Is.EqualTo(new[] { (0UL, 2UL) }));
        Assert.That(tracker.HasUnsent, Is.False);
    }

    [Test]
    public void A_packet_with_only_acks_between_two_others_is_no_hole()
    {
        AckTracker tracker = Started();
        tracker.OnReceived(s_start, 1, ackEliciting: false);
        tracker.OnReceived(s_start, 2, ackEliciting: true);
        Assert.That(tracker.IsAckDue(s_start), Is.False);
    }

    [Test]
    public void The_delay_counts_from_the_arrival_of_the_largest()
    {
        AckTracker tracker = Started();
        tracker.OnReceived(s_start, 5, ackEliciting: true);
        tracker.OnReceived(s_start + TimeSpan.FromMilliseconds(4), 3, ackEliciting: true);
        byte[] buffer = new byte[64];
        WireWriter writer = new(buffer);
        Assert.That(tracker.TryWrite(s_start + TimeSpan.FromMilliseconds(10), 9, ref writer, out SentFrame note), Is.True);
        Told frame = Read(writer.Span);
        Assert.That(frame.Delay, Is.EqualTo(TimeSpan.FromMilliseconds(10)));
        Assert.That(frame.PathId, Is.EqualTo(9));
        Assert.That(note, Is.EqualTo(new SentFrame(SentFrameKind.Ack, 9, 5)));
    }

    [Test]
    public void Nothing_is_written_before_anything_came()
    {
        AckTracker tracker = new();
        tracker.Restate(s_start);
        WireWriter writer = new(new byte[64]);
        Assert.That(tracker.IsAckDue(s_start), Is.False);
        Assert.That(tracker.TryWrite(s_start, 0, ref writer, out _), Is.False);
        Assert.That(writer.Written, Is.Zero);
    }

    [Test]
    public void A_frame_that_does_not_fit_stays_due()
    {
        AckTracker tracker = new();
        tracker.OnReceived(s_start, 0, ackEliciting: true);
        WireWriter writer = new(new byte[5]);
        Assert.That(tracker.TryWrite(s_start, 0, ref writer, out _), Is.False);
        Assert.That((writer.Written, tracker.IsAckDue(s_start), tracker.HasUnsent), Is.EqualTo((0, true, true)));
        writer = new WireWriter(new byte[6]);
        Assert.That(tracker.TryWrite(s_start, 0, ref writer, out _), Is.True);
    }

    [Test]
    public void In_little_room_the_highest_ranges_are_told()
    {
        AckTracker tracker = new();
        for (ulong i = 0; i <= 40; i += 2)
        {
            tracker.OnReceived(s_start, i, ackEliciting: true);
        }

        WireWriter writer = new(new byte[11]);
        Assert.That(tracker.TryWrite(s_start, 0, ref writer, out _), Is.True);
        Assert.That(Read(writer.Span).Ranges, Is.EqualTo(new[] { (40UL, 40UL), (38UL, 38UL), (36UL, 36UL) }));
        Assert.That(writer.Written, Is.EqualTo(10), "Six bytes and two for each further range.");
    }

    [Test]
    public void Ranges_that_the_peer_knows_we_know_are_forgotten()
    {
        AckTracker tracker = Started();
        tracker.OnReceived(s_start, 2, ackEliciting: true);
        Write(tracker, s_start);
        tracker.OnAckAcked(2);
        tracker.OnReceived(s_start, 3, ackEliciting: true);
        Assert.That(Write(tracker, s_start), Is.EqualTo(new[] { (3UL, 3UL) }));
        Assert.That(tracker.Largest, Is.EqualTo(3));
    }

    [Test]
    public void A_late_packet_that_was_never_told_survives_the_forgetting()
    {
        AckTracker tracker = Started();
        tracker.OnReceived(s_start, 5, ackEliciting: true);
        Write(tracker, s_start);
        tracker.OnReceived(s_start, 3, ackEliciting: true);
        tracker.OnAckAcked(5);
        Assert.That(Write(tracker, s_start), Is.EqualTo(new[] { (5UL, 5UL), (3UL, 3UL) }));
    }

    [Test]
    public void Restating_makes_the_same_ranges_due_again()
    {
        AckTracker tracker = Started();
        Assert.That(tracker.HasUnsent, Is.False);
        tracker.Restate(s_start);
        Assert.That(tracker.HasUnsent && tracker.IsAckDue(s_start), Is.True);
        Assert.That(Write(tracker, s_start), Is.EqualTo(new[] { (0UL, 0UL) }));
    }

    [Test]
    public void An_end_that_only_receives_asks_now_and_then_whether_its_acks_arrive()
    {
        AckTracker tracker = new();
        int pings = 0;
        for (ulong i = 0; i < 640; i += 2)
        {
            tracker.OnReceived(s_start, i, ackEliciting: true);
            Write(tracker, s_start);
            pings += tracker.WantsPing ? 1 : 0;
        }

        Assert.That(pings, Is.EqualTo(640 / 2 / 16));
        tracker.OnAckAcked(638);
        Assert.That(tracker.WantsPing, Is.False);
    }

    [Test]
    public void Any_numbers_come_back_from_the_wire_as_the_highest_ranges()
    {
        Gen.Select(Gen.ULong[0, 150].Array[1, AckFrame.MaxRanges], Gen.Int[8, 300]).Sample((numbers, room) =>
        {
            AckTracker tracker = new();
            RangeSet expected = new();
            foreach (ulong number in numbers.Distinct())
            {
                tracker.OnReceived(s_start, number, ackEliciting: true);
                expected.Add(number, number);
            }

            WireWriter writer = new(new byte[room]);
            Assert.That(tracker.TryWrite(s_start, 1, ref writer, out SentFrame note), Is.True);
            (ulong, ulong)[] told = Read(writer.Span).Ranges;
            Assert.That(told, Is.EqualTo(expected.Ranges.ToArray().Reverse().Take(told.Length).Select(range => (range.First, range.Last))));
            Assert.That(note.Offset, Is.EqualTo(numbers.Max()));
        }, iter: 2000);
    }

    [Test]
    public void Of_too_many_holes_the_lowest_are_not_told()
    {
        AckTracker tracker = new();
        for (ulong i = 0; i < 400; i += 2)
        {
            tracker.OnReceived(s_start, i, ackEliciting: true);
        }

        (ulong First, ulong)[] told = Write(tracker, s_start);
        Assert.That(told, Has.Length.EqualTo(AckFrame.MaxRanges));
        Assert.That((told[0].First, told[^1].First), Is.EqualTo((398UL, 398UL - 126)));
    }

    /// <summary>A tracker whose packet 0 is acknowledged already.</summary>
    private static AckTracker Started()
    {
        AckTracker tracker = new();
        tracker.OnReceived(s_start, 0, ackEliciting: true);
        Write(tracker, s_start);
        return tracker;
    }

    private static (ulong, ulong)[] Write(AckTracker tracker, Instant now)
    {
        WireWriter writer = new(new byte[1200]);
        Assert.That(tracker.TryWrite(now, 0, ref writer, out _), Is.True);
        return Read(writer.Span).Ranges;
    }

    private static Told Read(ReadOnlySpan<byte> written)
    {
        WireReader reader = new(written);
        Assert.That(reader.TryReadVarInt(out ulong type) && type == (ulong)FrameType.Ack, Is.True);
        Assert.That(AckFrame.TryRead(ref reader, out AckFrame frame) && reader.IsEmpty, Is.True);
        List<(ulong, ulong)> ranges = [];
        foreach ((ulong first, ulong last) in frame)
        {
            ranges.Add((first, last));
        }

        return new Told(frame.PathId, frame.Delay, [.. ranges]);
    }

    /// <summary>An ACK frame as it came off the wire.</summary>
    private sealed record Told(uint PathId, TimeSpan Delay, (ulong First, ulong Last)[] Ranges);
}
