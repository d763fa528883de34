using Ants.Protocol.Wire;

namespace Ants.Protocol.Handshake;

/// <summary>
/// The payload of message 1 behind the initiator's id.
/// <code>
/// versions (counted bytes) | timestamp in us since 1970 (8) | suites (counted bytes)
/// | path 0: id, token (24) | probe path: id, token (24) | transport parameters (counted) | zeros
/// </code>
/// The connection ids are those that the responder is to send to. Zeros at the end are ignored.
/// </summary>
internal sealed record InitiatorHello
{
    private const int MaxListed = 16, MaxParameters = 256;

    public required byte[] Versions { get; init; }

    public required ulong Timestamp { get; init; }

    public required byte[] Suites { get; init; }

    public required IssuedConnectionId FirstPath { get; init; }

    public required IssuedConnectionId ProbePath { get; init; }

    public required TransportParameters Parameters { get; init; }

    /// <summary>
    /// The payload. It is padded so that message 1 is never shorter than the longest message 2: a reply to an address
    /// that nobody has validated must not exceed what came from there.
    /// </summary>
    public byte[] Encode(byte grease)
    {
        byte[] buffer = new byte[512];
        WireWriter writer = new(buffer);
        writer.WritePrefixed(Versions);
        writer.WriteUInt64(Timestamp);
        writer.WritePrefixed(Suites);
        NewConnectionIdFrame.WriteIssued(ref writer, FirstPath);
        NewConnectionIdFrame.WriteIssued(ref writer, ProbePath);
        byte[] block = new byte[MaxParameters];
        WireWriter parameters = new(block);
        Parameters.Write(ref parameters, grease);
        writer.WritePrefixed(parameters.Span);
        int padding = Math.Max(0, ResponderHello.MaxLength - writer.Written);
        writer.Pad(padding);
        return writer.Span.ToArray();
    }

    public static bool TryDecode(ReadOnlySpan<byte> payload, out InitiatorHello? hello)
    {
        hello = null;
        WireReader reader = new(payload);
        if (!reader.TryReadPrefixed(MaxListed, out ReadOnlySpan<byte> versions)
            || !reader.TryReadUInt64(out ulong timestamp)
            || !reader.TryReadPrefixed(MaxListed, out ReadOnlySpan<byte> suites)
            || !NewConnectionIdFrame.TryReadIssued(ref reader, out IssuedConnectionId first)
            || !NewConnectionIdFrame.TryReadIssued(ref reader, out IssuedConnectionId probe)
            || !reader.TryReadPrefixed(MaxParameters, out ReadOnlySpan<byte> block)
            || !TransportParameters.TryRead(block, out TransportParameters parameters))
        {
            return false;
        }

        hello = new InitiatorHello
        {
            Versions = versions.ToArray(),
            Timestamp = timestamp,
            Suites = suites.ToArray(),
            FirstPath = first,
            ProbePath = probe,
            Parameters = parameters,
        };
        return true;
    }
}
