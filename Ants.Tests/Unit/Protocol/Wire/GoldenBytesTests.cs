using System.Net;
using Ants.Crypto;
using Ants.Crypto.Primitives;
using Ants.Protocol;
using Ants.Protocol.Handshake;
using Ants.Protocol.Recovery;
using Ants.Protocol.Sessions;
using Ants.Protocol.Wire;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Wire;

/// <summary>The bytes of every frame and header, so that no change of the wire goes unnoticed; and each read back.</summary>
public class GoldenBytesTests
{
    private static readonly IssuedConnectionId s_issued = new(new ConnectionId(0x0102030405060708), new UInt128(0x1112131415161718, 0x191A1B1C1D1E1F20));
    private static readonly IPEndPoint s_v4 = new(IPAddress.Parse("192.0.2.1"), 0x1234);
    private static readonly IPEndPoint s_v6 = new(IPAddress.Parse("2001:db8::1"), 0x5678);

    private delegate void Writing(ref WireWriter writer);

    [TestCase(FrameType.ResetStream, "03 04 05 4100")]
    [TestCase(FrameType.StopSending, "04 04 05")]
    [TestCase(FrameType.MaxData, "05 04")]
    [TestCase(FrameType.MaxStreamData, "06 04 05")]
    [TestCase(FrameType.MaxStreams, "07 04")]
    [TestCase(FrameType.DataBlocked, "08 04")]
    [TestCase(FrameType.StreamDataBlocked, "09 04 05")]
    [TestCase(FrameType.StreamsBlocked, "0A 04")]
    [TestCase(FrameType.PathStatus, "0E 04 05 4100")]
    [TestCase(FrameType.PathAbandon, "0F 04 05")]
    [TestCase(FrameType.AckFrequency, "1C 04 05 4100")]
    public void A_number_frame(object type, string golden)
    {
        int count = NumberFrame.Count((FrameType)type);
        NumberFrame frame = new((FrameType)type, 4, count > 1 ? 5UL : 0, count > 2 ? 0x100UL : 0);
        WireReader reader = Pin(golden, (ref writer) => Assert.That(frame.TryWrite(ref writer)));
        Assert.That(NumberFrame.TryRead((FrameType)type, ref reader, out NumberFrame read) && reader.IsEmpty);
        Assert.That(read, Is.EqualTo(frame));
    }

    [Test]
    public void A_stream_frame()
    {
        WireReader reader = Pin("17 04 4100 02 AABB",
            (ref writer) => new byte[] { 0xAA, 0xBB }.CopyTo(StreamFrame.Write(ref writer, 4, 0x100, 2, fin: true)));
        Assert.That(StreamFrame.TryRead(0x17, ref reader, out StreamFrame frame));
        Assert.That((frame.StreamId, frame.Offset, frame.Fin, frame.Data.ToArray()), Is.EqualTo((4UL, 0x100UL, true, new byte[] { 0xAA, 0xBB })));
        Pin("12 04 00", (ref writer) => StreamFrame.Write(ref writer, 4, 0, 0, fin: false));
    }

    [Test]
    public void An_ack_frame()
    {
        AckTracker tracker = new();
        foreach (ulong number in (ulong[])[1, 2, 3, 7, 8, 20])
        {
            tracker.OnReceived(Instant.Zero, number, ackEliciting: true);
        }

        WireReader reader = Pin("02 05 14 43E8 02 00 0A 01 02 02", (ref writer) =>
            Assert.That(tracker.TryWrite(Instant.Zero + TimeSpan.FromMilliseconds(1), 5, ref writer, out _)));
        Assert.That(AckFrame.TryRead(ref reader, out AckFrame frame));
        List<(ulong, ulong)> ranges = [];
        foreach ((ulong, ulong) range in frame)
        {
            ranges.Add(range);
        }

        Assert.That(ranges, Is.EqualTo(new[] { (20UL, 20UL), (7UL, 8UL), (1UL, 3UL) }));
        Assert.That((frame.PathId, frame.Delay), Is.EqualTo((5U, TimeSpan.FromMilliseconds(1))));
    }

    [Test]
    public void A_close_frame()
    {
        WireReader reader = Pin("1B 12 03 627965", (ref writer) => new CloseFrame(0x12, "bye").Write(ref writer));
        Assert.That(CloseFrame.TryRead(ref reader, out CloseFrame read));
        Assert.That(read, Is.EqualTo(new CloseFrame(0x12, "bye")));
    }

    [Test]
    public void A_connection_id_frame()
    {
        NewConnectionIdFrame frame = new(2, s_issued);
        WireReader reader = Pin("0B 02 0102030405060708 1112131415161718191A1B1C1D1E1F20", frame.Write);
        Assert.That(NewConnectionIdFrame.TryRead(ref reader, out NewConnectionIdFrame read) && read == frame);
    }

    [Test]
    public void A_challenge_and_its_answers()
    {
        Pin("0C 0102030405060708", (ref writer) => PathResponseFrame.WriteChallenge(ref writer, 0x0102030405060708));
        foreach ((IPEndPoint? seen, string golden) in ((IPEndPoint?, string)[])[(null, "00"), (s_v4, "04 1234 C0000201"),
            (s_v6, "06 5678 20010DB8000000000000000000000001")])
        {
            PathResponseFrame frame = new(0x0102030405060708, seen);
            WireReader reader = Pin($"0D 0102030405060708 {golden}", frame.Write);
            Assert.That(PathResponseFrame.TryRead(ref reader, out PathResponseFrame read) && read == frame);
        }
    }

    [Test]
    public void A_candidates_frame()
    {
        WireCandidate[] told = [new(1, s_v4), new(2, s_v6)];
        WireReader reader = Pin("1A 09 02 01 04 1234 C0000201 02 06 5678 20010DB8000000000000000000000001",
            (ref writer) => CandidatesFrame.Write(ref writer, 9, told));
        Assert.That(CandidatesFrame.TryRead(ref reader, out ulong sequence, out List<WireCandidate> read) && sequence == 9);
        Assert.That(read, Is.EqualTo(told));
    }

    [Test]
    public void Transport_parameters()
    {
        TransportParameters parameters = new() { IdleTimeout = TimeSpan.FromSeconds(90), MaxDatagramSize = 1000 };
        WireReader reader = Pin("01 04 80100000 02 04 80040000 03 02 4080 04 01 19 05 02 43E8 06 04 80015F90 08 02 43E8 4059 01 02",
            (ref writer) => parameters.Write(ref writer, grease: 2), skipFirst: false);
        Assert.That(TransportParameters.TryRead(reader.ReadRest(), out TransportParameters read));
        Assert.That(read, Is.EqualTo(parameters));
        Assert.That(TransportParameters.TryRead([1, 1, 5, 1, 1, 5], out _), Is.False, "twice the same");
        Assert.That(TransportParameters.TryRead([0x40, 0x99, 3, 1, 2, 3], out _), Is.True, "an unknown one");
    }

    [Test]
    public void A_packet_header_and_the_numbers_that_it_cuts()
    {
        byte[] header = new byte[13];
        Assert.That(PacketHeader.Write(header, new ConnectionId(0x0102030405060708), 0xA82F9B32, 4), Is.EqualTo(13));
        Assert.That(Convert.ToHexString(header), Is.EqualTo("430102030405060708A82F9B32"));
        PacketHeader.Write(header, new ConnectionId(0x0102030405060708), 0xA82F9B32, 4, keyPhase: true);
        Assert.That(header[0], Is.EqualTo(0x63));
        Assert.That((PacketHeader.HasKeyPhase(0x63), PacketHeader.HasKeyPhase(0x43), PacketHeader.HasReservedBits(0x63)), Is.EqualTo((true, false, false)));

        // RFC 9000 appendix A.3.
        Assert.That(new PacketHeader(default, 11, 0x9B32, 2).ExpandNumber(0xA82F30EA), Is.EqualTo(0xA82F9B32));
        Gen.Select(Gen.ULong[0, 1UL << 50], Gen.Int[1, 4], Gen.ULong[0, 100]).Sample((largest, length, ahead) =>
        {
            ulong number = largest + ahead;
            byte[] written = new byte[13];
            PacketHeader.Write(written, default, number, length);
            PacketHeader.TryRead(written, out PacketHeader read);
            return read.ExpandNumber(largest) == number;
        });
    }

    [Test]
    public void A_handshake_piece_of_any_message_is_read_back()
    {
        AgentId responder = AgentIdentity.FromSeed(new byte[32]).Id;
        Gen.Select(Gen.Byte.Array[1, HandshakePiece.MaxPieces * HandshakePiece.MaxData], Gen.Byte).Sample((message, have) =>
        {
            PieceAssembler assembler = new();
            byte[] datagram = new byte[HandshakePiece.MaxDatagram];
            for (int i = 0; i < HandshakePiece.CountFor(message.Length); i++)
            {
                int length = HandshakePiece.Write(datagram, responder, HandshakeRole.Initiator, 7, have, message, i);
                Assert.That(HandshakePiece.TryRead(datagram.AsSpan(0, length), out HandshakePiece piece) && piece.IsFor(responder) && piece.Have == have);
                assembler.TryAdd(piece);
            }

            return assembler.IsComplete && assembler.Message.SequenceEqual(message);
        }, iter: 300);
        byte[] told = new byte[HandshakePiece.MaxDatagram];
        int news = HandshakePiece.Write(told, responder, HandshakeRole.Responder, 0x0102030405060708, 3, [], -1);
        Assert.That(Convert.ToHexString(told.AsSpan(0, news - HandshakePiece.MacLength)), Is.EqualTo("C401010203040506070803FF000000"));
    }

    [Test]
    public void A_cookie_and_a_piece_that_carries_it()
    {
        AgentId responder = AgentIdentity.FromSeed(new byte[32]).Id;
        byte[] cookie = Convert.FromHexString("A0A1A2A3A4A5A6A7A8A9AAABACADAEAF");
        byte[] notice = new byte[CookieNotice.Length];
        CookieNotice.Write(notice, responder, 0x0102030405060708, cookie);
        Assert.That(Convert.ToHexString(notice), Is.EqualTo("C8010102030405060708A0A1A2A3A4A5A6A7A8A9AAABACADAEAF" + "879F032F5D219AA91B827F33F8584A8E"));
        Assert.That(CookieNotice.TryRead(notice, out ulong exchange, out ReadOnlySpan<byte> read) && exchange == 0x0102030405060708 && read.SequenceEqual(cookie));
        Assert.That(CookieNotice.IsFrom(responder, notice), Is.True);
        notice[^1] ^= 1;
        Assert.That(CookieNotice.IsFrom(responder, notice), Is.False);

        byte[] datagram = new byte[HandshakePiece.MaxDatagram];
        int length = HandshakePiece.Write(datagram, responder, HandshakeRole.Initiator, 7, 0, [0xBB, 0xCC], 0, cookie);
        Assert.That(Convert.ToHexString(datagram.AsSpan(0, length - HandshakePiece.MacLength)),
            Is.EqualTo("C10100000000000000070000010002A0A1A2A3A4A5A6A7A8A9AAABACADAEAFBBCC"));
        Assert.That(HandshakePiece.TryRead(datagram.AsSpan(0, length), out HandshakePiece piece) && piece.IsFor(responder));
        Assert.That((piece.Cookie.ToArray(), piece.Data.ToArray()), Is.EqualTo((cookie, new byte[] { 0xBB, 0xCC })));
        datagram[0] = 0xC5;
        Assert.That(HandshakePiece.TryRead(datagram.AsSpan(0, length), out _), Is.False, "a responder has no cookie to show");
    }

    [Test]
    public void Handshake_payloads_are_read_back()
    {
        InitiatorHello asked = new()
        {
            Versions = [1], Timestamp = 5, Suites = [2, 1], FirstPath = s_issued, ProbePath = s_issued, Parameters = new TransportParameters(),
        };
        byte[] encoded = asked.Encode(grease: 3);
        Assert.That(encoded, Has.Length.GreaterThanOrEqualTo(ResponderHello.MaxLength));
        Assert.That(InitiatorHello.TryDecode(encoded, out InitiatorHello? read));
        Assert.That(read! with { Versions = asked.Versions, Suites = asked.Suites }, Is.EqualTo(asked));
        Assert.That((read.Versions, read.Suites), Is.EqualTo((asked.Versions, asked.Suites)));
        for (int cut = 0; cut < 61; cut++)
        {
            Assert.That(InitiatorHello.TryDecode(encoded.AsSpan(0, cut), out _), Is.False);
        }

        Assert.That(Convert.ToHexString(encoded), Does.StartWith("0101" + "0000000000000005" + "020201"));
    }

    [Test]
    public void Whole_handshake_payloads()
    {
        const string Issued = "01020304050607081112131415161718191A1B1C1D1E1F20";
        const string Parameters = "25" + "0104801000000204800400000302408004011905024" + "3E8060480015F90080243E84059" + "0102";
        TransportParameters parameters = new() { IdleTimeout = TimeSpan.FromSeconds(90), MaxDatagramSize = 1000 };
        InitiatorHello asked = new()
        {
            Versions = [1], Timestamp = 0x0102030405060708, Suites = [2, 1], FirstPath = s_issued, ProbePath = s_issued, Parameters = parameters,
        };
        string first = "0101" + "0102030405060708" + "020201" + Issued + Issued + Parameters;
        Assert.That(Convert.ToHexString(asked.Encode(grease: 2)), Is.EqualTo(first.PadRight(2 * ResponderHello.MaxLength, '0')));

        ResponderHello accepted = new()
        {
            Version = 1, Versions = [1], Suite = CipherSuite.Aes256Gcm, NewestOwn = 0x0102030405060708, FirstPath = s_issued, ProbePath = s_issued,
            Parameters = parameters,
        };
        byte[] encoded = accepted.Encode(grease: 2);
        Assert.That(Convert.ToHexString(encoded), Is.EqualTo("01" + "0101" + "00" + "02" + "0102030405060708" + Issued + Issued + Parameters));
        Assert.That(ResponderHello.TryDecode(encoded, out ResponderHello? read));
        Assert.That(read! with { Versions = accepted.Versions }, Is.EqualTo(accepted));
        Assert.That(Convert.ToHexString(new ResponderHello { Version = 1, Versions = [1], Refusal = 0x10, Reason = "bye" }.Encode(0)),
            Is.EqualTo("01" + "0101" + "10" + "03" + "627965"));
    }

    /// <summary>The expected bytes were computed by another program (Python's cryptography), from docs/protocol.md 5.3.</summary>
    [Test]
    public void A_sealed_packet_of_two_generations()
    {
        using TrafficSecret secret = TrafficSecret.FromHandshake(Direction.FromInitiator, new byte[32], new byte[32]);
        using SendingKeys keys = new(new PacketKeyChain(secret, CipherSuite.ChaCha20Poly1305, AeadBackend.Best), new SessionOptions { KeyUpdatePackets = 1 }, Instant.Zero);
        foreach (string golden in (string[])[
            "4101020304050607081234D10009E391E47C30645786E65F6496E30FDF01EA41",
            "6101020304050607081234CBB049BF7D776D4938C4AB3F473A45AA72433BCD44"])
        {
            byte[] packet = new byte[11 + 5 + keys.TagSize];
            Assert.That(PacketHeader.Write(packet, new ConnectionId(0x0102030405060708), 0x1234, 2, keys.Phase), Is.EqualTo(11));
            keys.Seal(2, 0x1234, packet.AsSpan(0, 11), [1, 0, 0, 0, 0], packet.AsSpan(11));
            Assert.That(Convert.ToHexString(packet), Is.EqualTo(golden));
            keys.Renew(Instant.Zero);
            Assert.That(keys.Phase, Is.EqualTo(packet[0] == 0x61), "not before an acknowledgement");
            keys.OnAcked(keys.Generation);
            keys.Renew(Instant.Zero);
        }
    }

    /// <summary>As above, from docs/protocol.md 4.11.</summary>
    [Test]
    public void A_datagram_of_early_data()
    {
        using TrafficSecret secret = TrafficSecret.ForEarlyData(new byte[32], new byte[32]);
        using PacketCipher cipher = secret.CreateCipher(CipherSuite.ChaCha20Poly1305, AeadBackend.Best);
        byte[] frames = new byte[EarlyDatagram.MaxFrames], opened = new byte[EarlyDatagram.MaxFrames];
        Convert.FromHexString("1200020A0B").CopyTo(frames, 0);
        byte[] datagram = EarlyDatagram.Seal(cipher, 0x0102030405060708, 2, frames);
        Assert.That(datagram, Has.Length.EqualTo(1000));
        Assert.That(Convert.ToHexString(datagram.AsSpan(0, 19)), Is.EqualTo("CC01010203040506070802753E7CB35B8E7758"));
        Assert.That(Convert.ToHexString(datagram.AsSpan(^16)), Is.EqualTo("B74C9D09252B3F6FC686517945B16FFD"));
        Assert.That(EarlyDatagram.TryRead(datagram, out EarlyDatagram early) && early.TryOpen(cipher, opened) && opened.AsSpan().SequenceEqual(frames));
        Assert.That((early.ExchangeId, early.Number), Is.EqualTo((0x0102030405060708UL, (byte)2)));
        Assert.That(EarlyDatagram.TryRead(datagram.AsSpan(1), out _), Is.False);
        datagram[10] = 4;
        Assert.That(EarlyDatagram.TryRead(datagram, out _), Is.False, "there are four");
    }

    [Test]
    public void A_refusal_is_read_back()
    {
        ResponderHello refusal = new() { Version = 1, Versions = [1], Refusal = 0x10, Reason = new string('ä', 300) };
        Assert.That(ResponderHello.TryDecode(refusal.Encode(0), out ResponderHello? refused));
        Assert.That(refused!.Reason, Is.EqualTo(new string('ä', 100)), "cut at a whole character");
    }

    /// <summary>Checks the bytes that are written, and gives a reader that stands behind the frame type.</summary>
    private static WireReader Pin(string golden, Writing write, bool skipFirst = true)
    {
        byte[] buffer = new byte[256];
        WireWriter writer = new(buffer);
        write(ref writer);
        byte[] written = writer.Span.ToArray();
        Assert.That(Convert.ToHexString(written), Is.EqualTo(golden.Replace(" ", "", StringComparison.Ordinal)));
        return new WireReader(written.AsSpan(skipFirst ? 1 : 0));
    }
}
