using System.Net;

namespace Ants.Nat;

/// <summary>
/// Answers Binding requests (RFC 8489 section 6.3.1). Stateless and without credentials, as the specification's basic
/// server; callers keep a <see cref="StunRateLimiter"/> in front of it.
/// <para>The source of a UDP request can be forged, so the answer must be of no use to an attacker: it goes only to the
/// source (CHANGE-REQUEST and RESPONSE-PORT are not understood on purpose, and get 420), it names no software, and it
/// is never longer than 2.5 times the request.</para>
/// </summary>
public static class StunResponder
{
    /// <summary>A buffer of this size is enough for any answer.</summary>
    public const int MostResponseLength = 128;

    // A buffer's worth; a client with more than 16 unknown attributes learns of the others after mending these.
    private const int MostUnknown = 16;

    private const int UnknownAttributeCode = 420;

    // No answer to a forged source that is a group, a broadcast or nothing at all. Loopback is a client like others.
    private static readonly CandidateFilter Answerable = new() { AllowLoopback = true };

    /// <summary>Answers a datagram if it is a well-formed Binding request from an address that can be answered.</summary>
    /// <param name="request">The datagram, whole. Anything is safe.</param>
    /// <param name="source">Its source; an IPv4-mapped address is answered as IPv4.</param>
    /// <param name="response">Receives the answer; <see cref="MostResponseLength"/> bytes are enough.</param>
    /// <param name="written">The answer's length.</param>
    /// <returns>Whether there is an answer to send to <paramref name="source"/>. Everything else is dropped silently.</returns>
    public static bool TryRespond(ReadOnlySpan<byte> request, IPEndPoint source, Span<byte> response, out int written)
    {
        ArgumentNullException.ThrowIfNull(source);
        written = 0;
        if (!StunMessage.TryRead(request, out StunMessage message)
            || message.Class != StunClass.Request
            || message.Method != StunMethod.Binding
            || Answerable.Check(source) != CandidateRefusal.None)
        {
            return false;
        }

        Span<ushort> unknown = stackalloc ushort[MostUnknown];
        int unknownCount = message.CopyUnknownRequired(unknown);
        bool done = unknownCount > 0
            ? TryWriteRefusal(message, unknown[..unknownCount], response, out written)
            : TryWriteSuccess(message, source, response, out written);

        // It holds by construction (20 bytes get at most 44); no later attribute shall break it unnoticed.
        bool small = written * 2 <= request.Length * 5;
        written = small ? written : 0;
        return done && small;
    }

    private static bool TryWriteSuccess(StunMessage message, IPEndPoint source, Span<byte> response, out int written)
    {
        StunWriter writer = new(response, StunClass.SuccessResponse, StunMethod.Binding, message.TransactionId);
        writer.AddAddress(StunAttributeType.XorMappedAddress, source);
        return TryEnd(message, ref writer, out written);
    }

    private static bool TryWriteRefusal(
        StunMessage message,
        scoped ReadOnlySpan<ushort> unknown,
        Span<byte> response,
        out int written)
    {
        StunWriter writer = new(response, StunClass.ErrorResponse, StunMethod.Binding, message.TransactionId);
        writer.AddErrorCode(UnknownAttributeCode, default);
        writer.AddUnknownAttributes(unknown);
        return TryEnd(message, ref writer, out written);
    }

    private static bool TryEnd(StunMessage message, ref StunWriter writer, out int written)
    {
        if (message.HasFingerprint)
        {
            writer.AddFingerprint();
        }

        return writer.TryFinish(out written);
    }
}
