namespace Ants.Crypto.Records;

/// <summary>
/// A record as it travels and is kept:
/// <code>
/// agent's id (32) | signature (64) | body (MessagePack, see <see cref="RecordBody"/>)
/// </code>
/// The signature (Ed25519) covers a label of its own, the id, and the body's bytes exactly as they came: nothing is written
/// anew before it is checked, and nothing is parsed before the signature is.
/// </summary>
internal static class SignedRecord
{
    /// <summary>
    /// A mailbox prekey (1.4 KB), eight relays under their longest usual names and a few names of protocols fit; a relay holds
    /// one for each agent.
    /// </summary>
    public const int MaxSize = 4096;

    /// <summary>Signed, so that one which was copied somewhere does not point to a place left long ago.</summary>
    public static readonly TimeSpan MaxLife = TimeSpan.FromHours(24);

    /// <summary>How wrong clocks may be: what Kerberos allows (RFC 4120 section 8.2), since clocks of hosts are the same today.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private const int SignatureSize = 64;
    private const int Head = AgentId.Size + SignatureSize;

    // Says what is signed: a signature of this key for any other purpose is none for a record.
    private static ReadOnlySpan<byte> Label => "ants agent record 1\0"u8;

    /// <summary>The signed bytes of what <paramref name="identity"/> says about itself.</summary>
    /// <exception cref="ArgumentException">The content is longer than a record may be.</exception>
    public static byte[] Sign(AgentIdentity identity, RecordContent content)
    {
        byte[] body = RecordBody.Write(content);
        if (Head + body.Length > MaxSize)
        {
            throw new ArgumentException($"A record has at most {MaxSize} bytes, not {Head + body.Length}.", nameof(content));
        }

        return [.. identity.Id.ToByteArray(), .. identity.Sign(Signed(identity.Id, body)), .. body];
    }

    /// <summary>
    /// Reads and checks a record at <paramref name="now"/> (since 1970). Null, and the fault, when it is not to be believed.
    /// </summary>
    public static RecordContent? TryRead(ReadOnlyMemory<byte> record, TimeSpan now, out AgentId agent, out RecordFault fault)
    {
        agent = default;
        fault = RecordFault.Malformed;
        if (record.Length > MaxSize)
        {
            fault = RecordFault.Oversized;
            return null;
        }

        if (record.Length <= Head || !AgentId.TryFromBytes(record.Span[..AgentId.Size], out agent))
        {
            return null;
        }

        ReadOnlyMemory<byte> body = record[Head..];
        if (!agent.Verify(Signed(agent, body.Span), record.Span[AgentId.Size..Head]))
        {
            fault = RecordFault.Forged;
            return null;
        }

        RecordContent? content = RecordBody.TryRead(body, out fault);
        return content is not null && FaultOfTimes(content, now) is { } late ? Refuse(late, out fault) : content;
    }

    private static RecordContent? Refuse(RecordFault why, out RecordFault fault)
    {
        fault = why;
        return null;
    }

    private static RecordFault? FaultOfTimes(RecordContent content, TimeSpan now)
    {
        if (content.ExpiresAt <= content.IssuedAt)
        {
            return RecordFault.Malformed;
        }

        if (content.ExpiresAt - content.IssuedAt > MaxLife)
        {
            return RecordFault.TooLongLived;
        }

        if (content.IssuedAt > now + ClockSkew)
        {
            return RecordFault.NotYetValid;
        }

        return now >= content.ExpiresAt + ClockSkew ? RecordFault.Expired : null;
    }

    private static byte[] Signed(AgentId agent, ReadOnlySpan<byte> body) => [.. Label, .. agent.ToByteArray(), .. body];
}
