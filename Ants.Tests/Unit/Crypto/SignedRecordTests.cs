using Ants.Crypto.Records;
using CsCheck;
using MessagePack;
using NUnit.Framework;

namespace Ants.Tests.Unit.Crypto;

/// <summary>Records: what is signed is read as it was, and everything else is refused by name.</summary>
public class SignedRecordTests
{
    private static readonly TimeSpan s_now = TimeSpan.FromDays(20_000);
    private static readonly AgentIdentity s_alice = Agents.Alice();

    private static RecordContent Content => new()
    {
        Sequence = 7,
        IssuedAt = s_now,
        ExpiresAt = s_now + TimeSpan.FromHours(2),
        Relays = ["ants://relay.example/#z6Mk"],
        Protocols = ["chat/1", "files/2"],
        Handle = "alice@relay.example",
        Prekey = new byte[] { 1, 2, 3 },
    };

    [Test]
    public void A_record_is_read_as_it_was_signed()
    {
        byte[] record = SignedRecord.Sign(s_alice, Content);
        RecordContent read = SignedRecord.TryRead(record, s_now, out AgentId agent, out _)!;
        Assert.That(agent, Is.EqualTo(s_alice.Id));
        Assert.That(read with { Relays = [], Protocols = [], Prekey = default }, Is.EqualTo(Content with { Relays = [], Protocols = [], Prekey = default }));
        Assert.That(read.Relays, Is.EqualTo(Content.Relays));
        Assert.That(read.Protocols, Is.EqualTo(Content.Protocols));
        Assert.That(read.Prekey.ToArray(), Is.EqualTo(Content.Prekey.ToArray()));
    }

    [Test]
    public void Every_changed_bit_is_a_forgery_or_no_record()
    {
        byte[] record = SignedRecord.Sign(s_alice, Content);
        for (int bit = 0; bit < record.Length * 8; bit++)
        {
            byte[] changed = [.. record];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(FaultOf(changed), Is.EqualTo(RecordFault.Forged).Or.EqualTo(RecordFault.Malformed), $"bit {bit}");
            if (bit >= AgentId.Size * 8)
            {
                Assert.That(FaultOf(changed), Is.EqualTo(RecordFault.Forged), $"bit {bit}");
            }
        }
    }

    [Test]
    public void A_record_of_one_agent_is_none_of_another()
    {
        byte[] record = SignedRecord.Sign(s_alice, Content);
        Agents.Bob().Id.CopyTo(record);
        Assert.That(FaultOf(record), Is.EqualTo(RecordFault.Forged));
    }

    [Test]
    public void A_signature_for_another_purpose_is_none_for_a_record()
    {
        byte[] body = RecordBody.Write(Content);
        byte[] bare = [.. s_alice.Id.ToByteArray(), .. s_alice.Sign(body), .. body];
        Assert.That(FaultOf(bare), Is.EqualTo(RecordFault.Forged));
    }

    [Test]
    public void Times_are_checked_within_what_clocks_may_differ()
    {
        byte[] record = SignedRecord.Sign(s_alice, Content);
        TimeSpan expires = Content.ExpiresAt + SignedRecord.ClockSkew, early = s_now - SignedRecord.ClockSkew;
        Assert.That(FaultOf(record, early), Is.Null);
        Assert.That(FaultOf(record, early - TimeSpan.FromMilliseconds(1)), Is.EqualTo(RecordFault.NotYetValid));
        Assert.That(FaultOf(record, expires - TimeSpan.FromMilliseconds(1)), Is.Null);
        Assert.That(FaultOf(record, expires), Is.EqualTo(RecordFault.Expired));
    }

    [Test]
    public void A_life_is_more_than_nothing_and_at_most_a_day()
    {
        Assert.That(FaultOf(Content with { ExpiresAt = s_now + SignedRecord.MaxLife }), Is.Null);
        Assert.That(FaultOf(Content with { ExpiresAt = s_now + SignedRecord.MaxLife + TimeSpan.FromMilliseconds(1) }), Is.EqualTo(RecordFault.TooLongLived));
        Assert.That(FaultOf(Content with { ExpiresAt = s_now }), Is.EqualTo(RecordFault.Malformed));
    }

    [Test]
    public void A_record_over_its_size_is_refused_and_not_signed()
    {
        Assert.That(FaultOf(new byte[SignedRecord.MaxSize + 1]), Is.EqualTo(RecordFault.Oversized));
        Assert.That(() => SignedRecord.Sign(s_alice, Content with { Prekey = new byte[SignedRecord.MaxSize] }), Throws.ArgumentException);
    }

    [Test]
    public void A_body_of_a_later_version_is_told_apart() =>
        Assert.That(FaultOfBody((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(2);
            writer.Write(2);
            writer.Write("whatever comes");
        }), Is.EqualTo(RecordFault.UnknownVersion));

    private static readonly RecordContent[] s_outOfBounds =
    [
        Content with { Relays = [.. Enumerable.Repeat("ants://r/", RecordBody.MaxRelays + 1)] },
        Content with { Protocols = [.. Enumerable.Repeat("p", RecordBody.MaxProtocols + 1)] },
        Content with { Relays = [""] },
        Content with { Relays = [new string('a', 321)] },
        Content with { Handle = "bell\a" },
        Content with { Prekey = new byte[1401] },
    ];

    [TestCaseSource(nameof(s_outOfBounds))]
    public void A_field_out_of_its_bounds_makes_no_record(object content) =>
        Assert.That(FaultOf((RecordContent)content), Is.EqualTo(RecordFault.Malformed));

    [Test]
    public void A_body_of_other_shape_makes_no_record()
    {
        byte[] body = RecordBody.Write(Content);
        Assert.That(FaultOfBytes([.. body, 0]), Is.EqualTo(RecordFault.Malformed), "bytes behind it");
        Assert.That(FaultOfBytes([(byte)(body[0] + 1), .. body[1..], 0xC0]), Is.EqualTo(RecordFault.Malformed), "nine elements");
        for (int length = 1; length < body.Length; length++)
        {
            Assert.That(FaultOfBytes(body[..length]), Is.EqualTo(RecordFault.Malformed), $"{length} bytes");
        }
    }

    [Test]
    public void Any_bytes_that_are_signed_are_read_or_refused_and_never_throw() =>
        Gen.Byte.Array[0, 200].Sample(body => FaultOfBytes(body) is null or RecordFault.Malformed or RecordFault.UnknownVersion);

    private delegate void Compose(ref MessagePackWriter writer);

    private static RecordFault? FaultOfBody(Compose compose)
    {
        System.Buffers.ArrayBufferWriter<byte> buffer = new();
        MessagePackWriter writer = new(buffer);
        compose(ref writer);
        writer.Flush();
        return FaultOfBytes(buffer.WrittenSpan.ToArray());
    }

    /// <summary>Signs a body as it is.</summary>
    private static RecordFault? FaultOfBytes(byte[] body)
    {
        byte[] signed = [.. "ants agent record 1\0"u8, .. s_alice.Id.ToByteArray(), .. body];
        return FaultOf([.. s_alice.Id.ToByteArray(), .. s_alice.Sign(signed), .. body]);
    }

    private static RecordFault? FaultOf(RecordContent content) => FaultOf(SignedRecord.Sign(s_alice, content));

    private static RecordFault? FaultOf(byte[] record, TimeSpan? now = null) =>
        SignedRecord.TryRead(record, now ?? s_now, out _, out RecordFault fault) is null ? fault : null;
}
