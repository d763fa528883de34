using Ants.Protocol;
using Ants.Protocol.Handshake;
using Ants.Protocol.Sessions;
using NUnit.Framework;

namespace Ants.Tests.Simulation;

/// <summary>Floods of message 1: what they cost, and that the honest get through.</summary>
public class CookieTests
{
    private static readonly CarrierAddress s_attacker = EndpointPair.Udp("198.51.100.1", 1);

    [Test]
    public void A_flood_from_forged_addresses_costs_bounded_curve_operations_and_memory_and_the_honest_get_through()
    {
        EndpointPair pair = new(41);
        Wire wire = pair.AddDirect(delayMs: 10);
        Flood flood = new(pair);
        double asked = 0, took = 0;
        int held = 0;
        long forged = 0;
        for (int ms = 0; ms < 10_000; ms += 5)
        {
            for (int i = 0; i < 10; i++, forged++)
            {
                flood.Send(flood.Forged());
            }

            if (ms == 3000)
            {
                pair.Alice.Connect(wire.BobFromAlice);
                asked = pair.Ms;
            }

            pair.RunFor(5);
            held = Math.Max(held, pair.Bob.Endpoint.HandshakesHeld);
            took = took == 0 && pair.Alice.Session?.State == SessionState.Established ? pair.Ms - asked : took;
        }

        long read = pair.Bob.Endpoint.Counters.HandshakesRead;
        TestContext.Out.WriteLine($"{forged} forged messages in 10 s: {read} read, at most {held} held, {pair.Bob.Endpoint.Counters.CookiesSent} cookies; "
            + $"the honest one took {took} ms at 20 ms a round trip");
        Assert.That(read, Is.LessThanOrEqualTo(250 + (50 * 10) + 1), "the burst, the rate, and the honest one");
        Assert.That(held, Is.LessThanOrEqualTo(512));
        Assert.That(took, Is.InRange(20, 45), "one round trip for the cookie, one for the handshake");
        Assert.That(pair.Bob.Endpoint.SessionCount, Is.EqualTo(1));
        Assert.That(pair.Bob.BytesTo.All(to => to.Value <= pair.Bob.BytesFrom[to.Key]));
    }

    [Test]
    public void Who_uses_a_cookie_to_flood_takes_a_share_and_no_more()
    {
        EndpointPair pair = new(42);
        Wire wire = pair.AddDirect(delayMs: 10);
        Flood flood = new(pair);
        flood.Exhaust();
        byte[] cookie = CookieOf(pair, flood, s_attacker);
        long before = pair.Bob.Endpoint.Counters.HandshakesRead;
        for (int ms = 0; ms < 4000; ms += 5)
        {
            for (int i = 0; i < 10; i++)
            {
                flood.Send(s_attacker, cookie);
                flood.Send(flood.Forged());
            }

            pair.RunFor(5);
        }

        long read = pair.Bob.Endpoint.Counters.HandshakesRead - before;
        Assert.That(read, Is.LessThanOrEqualTo(100 + (50 * 4) + (50 * 4) + 1), "its burst and rate, and what all the forged ones share");
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunUntil(() => pair.Alice.Session!.State == SessionState.Established, 45);
    }

    [Test]
    public void A_cookie_is_good_for_its_address_and_for_two_to_four_minutes()
    {
        EndpointPair pair = new(43);
        Flood flood = new(pair);
        flood.Exhaust();
        byte[] cookie = CookieOf(pair, flood, s_attacker);
        Assert.That(IsRead(s_attacker), Is.True);
        Assert.That(IsRead(EndpointPair.Udp("198.51.100.1", 2)), Is.False, "another port");
        Assert.That(IsRead(EndpointPair.Udp("198.51.100.2", 1)), Is.False, "another host");
        pair.RunFor(119_000);
        Assert.That(IsRead(s_attacker), Is.True, "its epoch has passed");
        pair.RunFor(121_000);
        Assert.That(IsRead(s_attacker), Is.False, "two have");

        bool IsRead(CarrierAddress from)
        {
            DrainUnproven(pair, flood);
            long before = pair.Bob.Endpoint.Counters.HandshakesRead;
            flood.Send(from, cookie);
            return pair.Bob.Endpoint.Counters.HandshakesRead > before;
        }
    }

    [Test]
    public void The_pieces_that_go_again_with_a_cookie_hold_the_same_noise_bytes()
    {
        EndpointPair pair = new(44);
        Wire wire = pair.AddDirect(delayMs: 10);
        new Flood(pair).Exhaust();
        Dictionary<int, HashSet<string>> pieces = [];
        HashSet<int> withCookie = [];
        pair.Tap = (side, _, datagram) =>
        {
            if (side == pair.Alice && HandshakePiece.TryRead(datagram, out HandshakePiece piece))
            {
                (pieces.TryGetValue(piece.Index, out HashSet<string>? data) ? data : pieces[piece.Index] = []).Add(Convert.ToHexString(piece.Data));
                withCookie.UnionWith(piece.Cookie.IsEmpty ? [] : [piece.Index]);
            }
        };
        pair.Alice.Connect(wire.BobFromAlice);
        pair.RunUntil(() => pair.Alice.Session!.State == SessionState.Established, 45);
        Assert.That(pieces.Values.Select(data => data.Count), Is.EqualTo((int[])[1, 1]));
        Assert.That(withCookie, Is.EquivalentTo((int[])[0, 1]));
        Assert.That(pair.Alice.Session!.RoundTrip.TotalMilliseconds, Is.EqualTo(20).Within(0.001), "measured from where it counts");
    }

    [Test]
    public void A_forged_cookie_does_not_stop_a_handshake()
    {
        EndpointPair pair = new(45);
        Wire wire = pair.AddDirect(delayMs: 10);
        new Flood(pair).Exhaust();
        ulong exchange = 0;
        pair.Tap = (side, _, datagram) => exchange = side == pair.Alice && HandshakePiece.TryRead(datagram, out HandshakePiece piece) ? piece.ExchangeId : exchange;
        pair.Alice.Connect(wire.BobFromAlice);
        pair.Flush();
        long sent = pair.DatagramsSent;
        byte[] forged = new byte[CookieNotice.Length];
        for (byte i = 0; i < 50; i++)
        {
            byte[] cookie = new byte[Cookies.Size];
            cookie[0] = i;
            CookieNotice.Write(forged, pair.Bob.Endpoint.Id, exchange, cookie);
            pair.Inject(pair.Alice, wire.BobFromAlice, forged);
            pair.Inject(pair.Alice, s_attacker, forged);
        }

        Assert.That(pair.DatagramsSent - sent, Is.EqualTo(2), "the pieces once more, and no more");
        pair.RunUntil(() => pair.Alice.Session!.State == SessionState.Established, 1000);
    }

    [Test]
    public void A_relayed_source_needs_no_cookie_and_has_its_relay_s_share()
    {
        EndpointPair pair = new(46);
        Flood flood = new(pair);
        flood.Exhaust();
        CarrierAddress relayed = CarrierAddress.Relayed(1, pair.Alice.Endpoint.Id);
        long before = pair.Bob.Endpoint.Counters.HandshakesRead, cookies = pair.Bob.Endpoint.Counters.CookiesSent;
        for (int i = 0; i < 1000; i++)
        {
            flood.Send(relayed);
        }

        Assert.That(pair.Bob.Endpoint.Counters.HandshakesRead - before, Is.EqualTo(100));
        Assert.That(pair.Bob.Endpoint.Counters.CookiesSent, Is.EqualTo(cookies));
    }

    [Test]
    public void No_question_is_too_small_for_its_answer()
    {
        EndpointPair pair = new(47);
        Flood flood = new(pair);
        flood.Exhaust();
        byte[] datagram = new byte[HandshakePiece.MaxDatagram];
        for (int size = 1; size < 200; size++)
        {
            int length = HandshakePiece.Write(datagram, pair.Bob.Endpoint.Id, HandshakeRole.Initiator, (ulong)size + 1_000_000, 0, new byte[size], 0);
            CarrierAddress from = flood.Forged();
            pair.Inject(pair.Bob, from, datagram[..length]);
            Assert.That(pair.Bob.BytesTo.GetValueOrDefault(from), Is.LessThanOrEqualTo(length));
        }
    }

    /// <summary>What Bob sends to an address that asks for it.</summary>
    private static byte[] CookieOf(EndpointPair pair, Flood flood, CarrierAddress address)
    {
        byte[]? cookie = null;
        pair.Tap = (_, to, datagram) => cookie = to == address && CookieNotice.TryRead(datagram, out ulong _, out ReadOnlySpan<byte> read) ? read.ToArray() : cookie;
        flood.Send(address);
        pair.Flush();
        pair.Tap = null;
        return cookie ?? throw new AssertionException("no cookie came");
    }

    private static void DrainUnproven(EndpointPair pair, Flood flood)
    {
        long cookies = pair.Bob.Endpoint.Counters.CookiesSent;
        while (pair.Bob.Endpoint.Counters.CookiesSent == cookies)
        {
            flood.Send(flood.Forged());
        }
    }
}
