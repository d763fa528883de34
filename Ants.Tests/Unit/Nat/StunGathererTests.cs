using System.Net;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

public sealed class StunGathererTests
{
    private static readonly IPEndPoint Near = IPEndPoint.Parse("192.0.2.1:443");
    private static readonly IPEndPoint Far = IPEndPoint.Parse("[2001:db8::1]:443");
    private static readonly IPEndPoint Outside = IPEndPoint.Parse("198.51.100.7:40000");

    [Test]
    public void Every_server_is_asked_at_once_and_each_answer_becomes_a_candidate()
    {
        StunGatherer gatherer = new();
        Assert.That(gatherer.TryAdd(Near, IdOf(1), TimeSpan.Zero));
        Assert.That(gatherer.TryAdd(Far, IdOf(2), TimeSpan.Zero));

        Dictionary<IPEndPoint, byte[]> requests = Poll(gatherer, TimeSpan.Zero);
        Assert.That(requests.Keys, Is.EquivalentTo(new[] { Near, Far }));
        foreach ((IPEndPoint server, byte[] request) in requests)
        {
            Assert.That(gatherer.TryHandleResponse(TimeSpan.FromMilliseconds(5), Answer(request), server));
        }

        Assert.That(gatherer.IsFinished);
        Assert.That(gatherer.NextTimeout, Is.Null);
        Assert.That(gatherer.TryPollResult(out StunResult? first));
        Assert.That(gatherer.TryPollResult(out StunResult? second));
        Assert.That(gatherer.TryPollResult(out _), Is.False);
        Assert.That(new[] { first!.Server, second!.Server }, Is.EquivalentTo(new[] { Near, Far }));
        Assert.That(first.ToCandidate()!.Endpoint, Is.EqualTo(Outside));
    }

    [Test]
    public void A_silent_server_holds_up_none_of_the_others()
    {
        StunGatherer gatherer = new();
        gatherer.TryAdd(Far, IdOf(1), TimeSpan.Zero);
        gatherer.TryAdd(Near, IdOf(2), TimeSpan.Zero);
        byte[] request = Poll(gatherer, TimeSpan.Zero)[Near];

        Assert.That(gatherer.TryHandleResponse(TimeSpan.Zero, Answer(request), Near));
        Assert.That(gatherer.TryPollResult(out StunResult? result));
        Assert.That(result!.Outcome, Is.EqualTo(StunOutcome.Success));

        while (gatherer.NextTimeout is { } next)
        {
            gatherer.HandleTimeout(next);
            Poll(gatherer, next);
        }

        Assert.That(gatherer.TryPollResult(out result));
        Assert.That((result!.Server, result.Outcome), Is.EqualTo((Far, StunOutcome.TimedOut)));
    }

    [Test]
    public void An_answer_from_one_server_does_not_count_for_another()
    {
        StunGatherer gatherer = new();
        gatherer.TryAdd(Near, IdOf(1), TimeSpan.Zero);
        gatherer.TryAdd(Far, IdOf(2), TimeSpan.Zero);
        Dictionary<IPEndPoint, byte[]> requests = Poll(gatherer, TimeSpan.Zero);

        Assert.That(gatherer.TryHandleResponse(TimeSpan.Zero, Answer(requests[Near]), Far), Is.False);
    }

    [Test]
    public void An_unreachable_server_is_a_result_at_once()
    {
        StunGatherer gatherer = new();
        gatherer.TryAdd(Far, IdOf(1), TimeSpan.Zero);

        gatherer.HandleUnreachable(Far);

        Assert.That(gatherer.TryPollResult(out StunResult? result));
        Assert.That(result!.Outcome, Is.EqualTo(StunOutcome.Unreachable));
    }

    [Test]
    public void The_number_of_servers_is_bounded_and_none_is_asked_twice_at_once()
    {
        StunGatherer gatherer = new();
        Assert.That(gatherer.TryAdd(Near, IdOf(0), TimeSpan.Zero));
        Assert.That(gatherer.TryAdd(IPEndPoint.Parse("[::ffff:192.0.2.1]:443"), IdOf(1), TimeSpan.Zero), Is.False);
        for (int i = 1; i < StunGatherer.MostServers; i++)
        {
            Assert.That(gatherer.TryAdd(new IPEndPoint(Near.Address, 1000 + i), IdOf(i), TimeSpan.Zero));
        }

        Assert.That(gatherer.TryAdd(Far, IdOf(99), TimeSpan.Zero), Is.False);
    }

    private static Dictionary<IPEndPoint, byte[]> Poll(StunGatherer gatherer, TimeSpan now)
    {
        Dictionary<IPEndPoint, byte[]> requests = [];
        byte[] buffer = new byte[StunTransaction.RequestLength];
        while (gatherer.TryPollTransmit(now, buffer, out int written, out IPEndPoint? server))
        {
            requests.Add(server, buffer[..written]);
        }

        return requests;
    }

    private static byte[] Answer(byte[] request)
    {
        byte[] response = new byte[StunResponder.MostResponseLength];
        Assert.That(StunResponder.TryRespond(request, Outside, response, out int written));
        return response[..written];
    }

    private static StunTransactionId IdOf(int number) => new([(byte)number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
}
