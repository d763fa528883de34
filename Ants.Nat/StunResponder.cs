using System.Net;

namespace Ants.Nat;

/// <summary>
/// Answers Binding requests (RFC 8489 section 6.3.1), and those of behaviour discovery as far as a server with one address
/// and two ports can (RFC 5780). Stateless and without credentials; callers keep a <see cref="StunRateLimiter"/> in front
/// of it.
/// <para>The source of a UDP request can be forged, so the answer must be of no use to an attacker: it goes only to the
/// address of the source, it names no software, and it is never longer than 2.5 times the request. RESPONSE-PORT changes
/// nothing in that: who can forge the address can forge the port as well.</para>
/// </summary>
public static class StunResponder
{
    /// <summary>A buffer of this size is enough for any answer.</summary>
    public const int MostResponseLength = 128;

    // A buffer's worth; a client with more than 16 unknown attributes learns of the others after mending these.
    private const int MostUnknown = 16;

    private const int UnknownAttributeCode = 420;

    private const int OtherPortLength = StunWire.AttributeHeaderLength + 4;
    private const int FingerprintLength = StunWire.AttributeHeaderLength + StunWire.FingerprintLength;

    // No answer to a forged source that is a group, a broadcast or nothing at all. Loopback is a client like others.
    private static readonly CandidateFilter Answerable = new() { AllowLoopback = true };

    /// <summary>Answers a datagram if it is a well-formed Binding request from an address that can be answered.</summary>
    /// <param name="request">The datagram, whole. Anything is safe.</param>
    /// <param name="source">Its source; an IPv4-mapped address is answered as IPv4.</param>
    /// <param name="response">Receives the answer; <see cref="MostResponseLength"/> bytes are enough.</param>
    /// <param name="written">The answer's length.</param>
    /// <returns>Whether there is an answer to send to <paramref name="source"/>. Everything else is dropped silently.</returns>
    public static bool TryRespond(ReadOnlySpan<byte> request, IPEndPoint source, Span<byte> response, out int written) =>
        TryRespond(request, source, new StunAnswering(OtherPort: 0, CanRedirect: false), response, out written, out _);

    /// <summary>As above, for a server that can do something of what RFC 5780 asks.</summary>
    /// <param name="request">The datagram, whole. Anything is safe.</param>
    /// <param name="source">Its source; an IPv4-mapped address is answered as IPv4.</param>
    /// <param name="answering">What the server can do.</param>
    /// <param name="response">Receives the answer; <see cref="MostResponseLength"/> bytes are enough.</param>
    /// <param name="written">The answer's length.</param>
    /// <param name="route">Where the answer goes, and from which port.</param>
    /// <returns>Whether there is an answer. Everything else is dropped silently.</returns>
    public static bool TryRespond(
        ReadOnlySpan<byte> request,
        IPEndPoint source,
        StunAnswering answering,
        Span<byte> response,
        out int written,
        out StunRoute route)
    {
        ArgumentNullException.ThrowIfNull(source);
        written = 0;
        route = new StunRoute(source, FromOtherPort: false);
        if (!StunMessage.TryRead(request, out StunMessage message)
            || message.Class != StunClass.Request
            || message.Method != StunMethod.Binding
            || Answerable.Check(source) != CandidateRefusal.None)
        {
            return false;
        }

        Span<ushort> unknown = stackalloc ushort[MostUnknown];
        int unknownCount = message.CopyUnknownRequired(unknown, answering.CanRedirect);
        if (unknownCount == 0 && answering.CanRedirect)
        {
            unknownCount = Redirect(message, answering, unknown, ref route);
        }

        if (Answerable.Check(route.To) != CandidateRefusal.None)
        {
            return false;
        }

        bool done = unknownCount > 0
            ? TryWriteRefusal(message, unknown[..unknownCount], response, out written)
            : TryWriteSuccess(message, source, answering.OtherPort, response, out written);

        // It holds by construction (20 bytes get at most 44); no later attribute shall break it unnoticed.
        bool small = IsSmall(message, written);
        written = small ? written : 0;
        return done && small;
    }

    /// <summary>
    /// Reads where the answer is wanted. What cannot be done counts as not understood: RFC 5780 section 6.1 answers 420 where
    /// there is no other address.
    /// </summary>
    private static int Redirect(StunMessage message, StunAnswering answering, Span<ushort> unknown, ref StunRoute route)
    {
        if (message.TryGetAttribute(StunAttributeType.ChangeRequest, out _))
        {
            if (!message.TryGetChangeRequest(out bool changeAddress, out bool changePort) || changeAddress || (changePort && answering.OtherPort == 0))
            {
                unknown[0] = (ushort)StunAttributeType.ChangeRequest;
                return 1;
            }

            route = route with { FromOtherPort = changePort };
        }

        if (message.TryGetAttribute(StunAttributeType.ResponsePort, out _))
        {
            if (!message.TryGetResponsePort(out ushort port))
            {
                unknown[0] = (ushort)StunAttributeType.ResponsePort;
                return 1;
            }

            route = route with { To = new IPEndPoint(route.To.Address, port) };
        }

        return 0;
    }

    private static bool TryWriteSuccess(StunMessage message, IPEndPoint source, int otherPort, Span<byte> response, out int written)
    {
        StunWriter writer = new(response, StunClass.SuccessResponse, StunMethod.Binding, message.TransactionId);
        writer.AddAddress(StunAttributeType.XorMappedAddress, source);
        int most = writer.Length + OtherPortLength + (message.HasFingerprint ? FingerprintLength : 0);
        if (otherPort != 0 && IsSmall(message, most))
        {
            writer.AddOtherPort((ushort)otherPort);
        }

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

    private static bool IsSmall(StunMessage request, int answerLength) => answerLength * 2 <= request.Bytes.Length * 5;
}
