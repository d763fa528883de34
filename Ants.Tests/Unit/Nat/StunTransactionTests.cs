using System.Net;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

public sealed class StunTransactionTests
{
    private static readonly StunTransactionId Id = new("abcdefghijkl"u8);
    private static readonly IPEndPoint Server = IPEndPoint.Parse("192.0.2.1:3478");
    private static readonly IPEndPoint Mapped = IPEndPoint.Parse("198.51.100.7:40000");

    // An arbitrary start shows that only differences count.
    private static readonly TimeSpan Start = TimeSpan.FromHours(77);

    [Test]
    public void Requests_go_out_and_fail_exactly_when_the_specification_says()
    {
        StunTransaction transaction = new(Id, Server, Start);

        (List<double> sent, double ended) = RunUnanswered(transaction);

        Assert.That(sent, Is.EqualTo(new double[] { 0, 500, 1500, 3500, 7500, 15500, 31500 }));
        Assert.That(ended, Is.EqualTo(39500));
        Assert.That(transaction.Result.Outcome, Is.EqualTo(StunOutcome.TimedOut));
        Assert.That(transaction.NextTimeout, Is.Null);
    }

    [Test]
    public void A_known_round_trip_shortens_every_interval()
    {
        StunTransaction transaction = new(Id, Server, Start, StunRetransmission.ForRoundTrip(TimeSpan.FromMilliseconds(20)));

        (List<double> sent, double ended) = RunUnanswered(transaction);

        Assert.That(sent, Is.EqualTo(new double[] { 0, 60, 180, 420, 900, 1860, 3780 }));
        Assert.That(ended, Is.EqualTo(3780 + (16 * 60)));
    }

    [TestCase(0, 20)]
    [TestCase(50, 150)]
    [TestCase(400, 500)]
    [TestCase(100_000, 500)]
    public void The_first_timeout_follows_the_round_trip_within_bounds(int roundTrip, int expected)
    {
        StunRetransmission timers = StunRetransmission.ForRoundTrip(TimeSpan.FromMilliseconds(roundTrip));
        Assert.That(timers.InitialTimeout, Is.EqualTo(TimeSpan.FromMilliseconds(expected)));
    }

    [Test]
    public void Timers_by_hand_are_kept()
    {
        StunTransaction transaction = new(Id, Server, Start, StunRetransmission.Create(TimeSpan.FromMilliseconds(10), 2, 3));

        (List<double> sent, double ended) = RunUnanswered(transaction);

        Assert.That(sent, Is.EqualTo(new double[] { 0, 10 }));
        Assert.That(ended, Is.EqualTo(40));
    }

    [Test]
    public void Every_retransmission_is_the_same_request()
    {
        StunTransaction transaction = new(Id, Server, Start);
        byte[] first = new byte[StunTransaction.RequestLength];
        byte[] second = new byte[StunTransaction.RequestLength];

        Assert.That(transaction.TryPollTransmit(Start, first, out int written));
        Assert.That(written, Is.EqualTo(StunTransaction.RequestLength));
        Assert.That(transaction.TryPollTransmit(Start, second, out _), Is.False);
        Assert.That(transaction.TryPollTransmit(At(500), second, out _));
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public void A_buffer_too_small_leaves_the_request_due()
    {
        StunTransaction transaction = new(Id, Server, Start);

        Assert.That(transaction.TryPollTransmit(Start, new byte[StunTransaction.RequestLength - 1], out _), Is.False);
        Assert.That(transaction.RequestsSent, Is.Zero);
        Assert.That(transaction.TryPollTransmit(Start, new byte[StunTransaction.RequestLength], out _));
    }

    [Test]
    public void An_answer_gives_the_mapped_address_and_the_round_trip()
    {
        StunTransaction transaction = Sent(1);

        Assert.That(transaction.TryHandleResponse(At(30), Answer(Id), Server));

        Assert.That(transaction.Result.Outcome, Is.EqualTo(StunOutcome.Success));
        Assert.That(transaction.Result.MappedAddress, Is.EqualTo(Mapped));
        Assert.That(transaction.Result.RoundTrip, Is.EqualTo(TimeSpan.FromMilliseconds(30)));
        Assert.That(transaction.Result.ToCandidate(), Is.EqualTo(new Candidate(CandidateKind.ServerReflexive, Mapped)));
        Assert.That(transaction.NextTimeout, Is.Null);
        Assert.That(transaction.TryHandleResponse(At(31), Answer(Id), Server), Is.False);
    }

    [Test]
    public void After_a_retransmission_the_round_trip_is_unknown()
    {
        StunTransaction transaction = Sent(2);

        Assert.That(transaction.TryHandleResponse(At(510), Answer(Id), Server));

        Assert.That(transaction.Result.MappedAddress, Is.EqualTo(Mapped));
        Assert.That(transaction.Result.RoundTrip, Is.Null);
    }

    [Test]
    public void A_dual_stack_sockets_form_of_the_servers_address_matches()
    {
        StunTransaction transaction = Sent(1);
        Assert.That(transaction.TryHandleResponse(At(1), Answer(Id), IPEndPoint.Parse("[::ffff:192.0.2.1]:3478")));
    }

    [Test]
    public void Answers_with_another_id_source_method_or_class_are_left_alone()
    {
        StunTransaction transaction = Sent(1);

        Assert.That(transaction.TryHandleResponse(At(1), Answer(new StunTransactionId("abcdefghijkL"u8)), Server), Is.False);
        Assert.That(transaction.TryHandleResponse(At(1), Answer(Id), IPEndPoint.Parse("192.0.2.1:3479")), Is.False);
        Assert.That(transaction.TryHandleResponse(At(1), Answer(Id), IPEndPoint.Parse("192.0.2.2:3478")), Is.False);
        Assert.That(transaction.TryHandleResponse(At(1), Answer(Id, StunClass.Indication), Server), Is.False);
        Assert.That(transaction.TryHandleResponse(At(1), Answer(Id, StunClass.Request), Server), Is.False);
        Assert.That(transaction.TryHandleResponse(At(1), Answer(Id, method: (StunMethod)3), Server), Is.False);
        Assert.That(transaction.IsFinished, Is.False);
    }

    [Test]
    public void Nothing_answers_a_request_that_was_not_sent()
    {
        StunTransaction transaction = new(Id, Server, Start);
        Assert.That(transaction.TryHandleResponse(Start, Answer(Id), Server), Is.False);
    }

    [Test]
    public void A_refusal_ends_it_with_the_servers_code()
    {
        StunTransaction transaction = Sent(1);
        byte[] buffer = new byte[100];
        StunWriter writer = new(buffer, StunClass.ErrorResponse, StunMethod.Binding, Id);
        writer.AddErrorCode(401, "Unauthenticated"u8);
        Assert.That(writer.TryFinish(out int written));

        Assert.That(transaction.TryHandleResponse(At(1), buffer.AsSpan(0, written), Server));

        Assert.That(transaction.Result.Outcome, Is.EqualTo(StunOutcome.Refused));
        Assert.That(transaction.Result.ErrorCode, Is.EqualTo(401));
        Assert.That(transaction.Result.ToCandidate(), Is.Null);
    }

    [TestCase(false, TestName = "A success without an address is a bad response")]
    [TestCase(true, TestName = "A success with an attribute that must be understood and is not is a bad response")]
    public void A_useless_success_ends_it(bool unknownAttribute)
    {
        StunTransaction transaction = Sent(1);
        byte[] buffer = new byte[100];
        StunWriter writer = new(buffer, StunClass.SuccessResponse, StunMethod.Binding, Id);
        if (unknownAttribute)
        {
            writer.AddAddress(StunAttributeType.XorMappedAddress, Mapped);
            writer.Add((StunAttributeType)0x7000, default);
        }

        Assert.That(writer.TryFinish(out int written));
        Assert.That(transaction.TryHandleResponse(At(1), buffer.AsSpan(0, written), Server));
        Assert.That(transaction.Result.Outcome, Is.EqualTo(StunOutcome.BadResponse));
    }

    [Test]
    public void A_server_without_a_route_ends_it()
    {
        StunTransaction transaction = Sent(1);
        transaction.HandleUnreachable();

        Assert.That(transaction.Result.Outcome, Is.EqualTo(StunOutcome.Unreachable));
        Assert.That(transaction.NextTimeout, Is.Null);
        Assert.That(transaction.TryPollTransmit(At(9999), new byte[100], out _), Is.False);
    }

    private static (List<double> Sent, double Ended) RunUnanswered(StunTransaction transaction)
    {
        List<double> sent = [];
        byte[] buffer = new byte[StunTransaction.RequestLength];
        TimeSpan now = Start;
        while (transaction.NextTimeout is { } next)
        {
            // One tick early nothing may happen.
            TimeSpan early = next - TimeSpan.FromTicks(1);
            transaction.HandleTimeout(early);
            Assert.That(transaction.TryPollTransmit(early, buffer, out _), Is.False);
            Assert.That(transaction.IsFinished, Is.False);

            now = next;
            transaction.HandleTimeout(now);
            if (transaction.TryPollTransmit(now, buffer, out _))
            {
                sent.Add((now - Start).TotalMilliseconds);
            }
        }

        return (sent, (now - Start).TotalMilliseconds);
    }

    private static TimeSpan At(int milliseconds) => Start + TimeSpan.FromMilliseconds(milliseconds);

    private static StunTransaction Sent(int requests)
    {
        StunTransaction transaction = new(Id, Server, Start);
        for (int i = 0; i < requests; i++)
        {
            Assert.That(transaction.TryPollTransmit(transaction.NextTimeout!.Value, new byte[100], out _));
        }

        return transaction;
    }

    private static byte[] Answer(
        StunTransactionId id,
        StunClass messageClass = StunClass.SuccessResponse,
        StunMethod method = StunMethod.Binding)
    {
        byte[] buffer = new byte[100];
        StunWriter writer = new(buffer, messageClass, method, id);
        writer.AddAddress(StunAttributeType.XorMappedAddress, Mapped);
        writer.AddFingerprint();
        Assert.That(writer.TryFinish(out int written));
        return buffer[..written];
    }
}
