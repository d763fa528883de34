using Ants.Crypto;
using Ants.Protocol;
using Ants.Protocol.Handshake;
using NUnit.Framework;
using Known = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Unit.Protocol.Handshake;

public class RequestQueueTests
{
    private static readonly AgentIdentity s_responder = Known.Bob();

    [Test]
    public void Requests_are_put_to_the_owner_in_order_and_once()
    {
        RequestQueue queue = new();
        HandshakeRequest first = Request(1), second = Request(2);
        queue.Add(Instant.Zero, first);
        queue.Add(Instant.Zero, second);
        Assert.That((first.State, queue.Count), Is.EqualTo((RequestState.Waiting, 2)));
        Assert.That(Taken(queue), Is.EqualTo([first, second]));
        Assert.That(queue.TryTake(out _), Is.False);
    }

    [Test]
    public void Of_too_many_the_oldest_is_dropped_and_may_ask_again()
    {
        RequestQueue queue = new();
        HandshakeRequest[] requests = [.. Enumerable.Range(0, 257).Select(Request)];
        foreach (HandshakeRequest request in requests)
        {
            queue.Add(Instant.Zero, request);
        }

        Assert.That((queue.Count, requests[0].State), Is.EqualTo((256, RequestState.New)));
        Assert.That(Taken(queue), Is.EqualTo(requests[1..]));
    }

    [Test]
    public void What_was_given_up_while_it_waited_is_passed_over()
    {
        RequestQueue queue = new();
        HandshakeRequest first = Request(1), second = Request(2);
        queue.Add(Instant.Zero, first);
        queue.Add(Instant.Zero, second);
        first.State = RequestState.Void;
        Assert.That(Taken(queue), Is.EqualTo([second]));
    }

    [Test]
    public void A_request_that_was_set_aside_goes_on_when_our_own_handshake_came_to_nothing()
    {
        RequestQueue queue = new();
        HandshakeRequest older = Request(1), newer = Request(1);
        queue.Defer(older);
        queue.Defer(newer);
        Assert.That((older.State, newer.State), Is.EqualTo((RequestState.Void, RequestState.Deferred)), "the newest of a peer");
        Assert.That(queue.TryTake(out _), Is.False);
        queue.Resume(Instant.Zero, newer.Peer);
        Assert.That(Taken(queue), Is.EqualTo([newer]));
        queue.Resume(Instant.Zero, newer.Peer);
        Assert.That(queue.TryTake(out _), Is.False, "once");
    }

    [Test]
    public void A_request_that_was_set_aside_is_void_when_there_is_a_session()
    {
        RequestQueue queue = new();
        HandshakeRequest request = Request(1), other = Request(2);
        queue.Defer(request);
        queue.Defer(other);
        queue.Void(request.Peer);
        queue.Resume(Instant.Zero, request.Peer);
        queue.Resume(Instant.Zero, other.Peer);
        Assert.That(request.State, Is.EqualTo(RequestState.Void));
        Assert.That(Taken(queue), Is.EqualTo([other]));
    }

    [Test]
    public void A_request_is_open_for_as_long_as_an_initiator_waits()
    {
        RequestQueue queue = new();
        HandshakeRequest request = Request(1);
        Assert.That(request.IsOpen(Instant.Zero), Is.False, "nobody was asked");
        queue.Add(Instant.Zero, request);
        Assert.That(request.IsOpen(Instant.Zero + TimeSpan.FromSeconds(9.9)), Is.True);
        Assert.That(request.IsOpen(Instant.Zero + TimeSpan.FromSeconds(10)), Is.False);
    }

    private static List<HandshakeRequest> Taken(RequestQueue queue)
    {
        List<HandshakeRequest> taken = [];
        while (queue.TryTake(out HandshakeRequest? request))
        {
            taken.Add(request);
        }

        return taken;
    }

    private static HandshakeRequest Request(int peer)
    {
        using AgentIdentity identity = Known.Identity(peer);
        using SessionInitiator initiator = new(identity, s_responder.Id, "test"u8, EntropySource.System);
        InitiatorHello hello = new()
        {
            Versions = [1], Timestamp = 1, Suites = [1], FirstPath = default, ProbePath = default, Parameters = new TransportParameters(),
        };
        byte[] message = initiator.WriteMessage1(hello.Encode(0));
        return SessionResponder.TryReadMessage1(s_responder, "test"u8, message, out SessionResponder? responder)
            ? new HandshakeRequest(responder, hello, CarrierAddress.Relayed(1, identity.Id))
            : throw new AssertionException("message 1 was refused");
    }
}
