using Ants.Crypto;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Handshake;

/// <summary>
/// The payload of message 2: the responder's choice, or its refusal.
/// <code>
/// version (1) | versions (counted bytes) | 0 | suite (1) | newest own (8)
///   | path 0: id, token (24) | probe path: id, token (24) | parameters (counted)
/// version (1) | versions (counted bytes) | error code, not 0 | reason (counted)
/// </code>
/// <c>newest own</c> is the timestamp of the last message 1 that the responder has written, to whomever; 0 for none. A message
/// 1 of its that is not newer and comes late has been crossed by this handshake.
/// The version list is the responder's own: since it stands in the transcript, the initiator sees a downgrade.
/// </summary>
internal sealed record ResponderHello
{
    /// <summary>The longest encoding: the initiator pads its own payload to this.</summary>
    public const int MaxLength = 1 + 17 + 8 + 2 + CloseFrame.MaxReason;

    private const int MaxListed = 16, MaxParameters = 128;

    public required byte Version { get; init; }

    public required byte[] Versions { get; init; }

    /// <summary>Zero when accepted; otherwise why not.</summary>
    public ulong Refusal { get; init; }

    public string Reason { get; init; } = "";

    public CipherSuite Suite { get; init; }

    public ulong NewestOwn { get; init; }

    public IssuedConnectionId FirstPath { get; init; }

    public IssuedConnectionId ProbePath { get; init; }

    public TransportParameters Parameters { get; init; } = new();

    public byte[] Encode(byte grease)
    {
        byte[] buffer = new byte[MaxLength];
        WireWriter writer = new(buffer);
        writer.WriteByte(Version);
        writer.WritePrefixed(Versions.AsSpan(0, Math.Min(Versions.Length, MaxListed)));
        writer.WriteVarInt(Refusal);
        if (Refusal != 0)
        {
            writer.WritePrefixed(CloseFrame.EncodeReason(Reason));
            return writer.Span.ToArray();
        }

        writer.WriteByte((byte)Suite);
        writer.WriteUInt64(NewestOwn);
        NewConnectionIdFrame.WriteIssued(ref writer, FirstPath);
        NewConnectionIdFrame.WriteIssued(ref writer, ProbePath);
        byte[] block = new byte[MaxParameters];
        WireWriter parameters = new(block);
        Parameters.Write(ref parameters, grease);
        writer.WritePrefixed(parameters.Span);
        return writer.Span.ToArray();
    }

    public static bool TryDecode(ReadOnlySpan<byte> payload, out ResponderHello? hello)
    {
        hello = null;
        WireReader reader = new(payload);
        if (!reader.TryReadByte(out byte version) || !reader.TryReadPrefixed(MaxListed, out ReadOnlySpan<byte> versions)
            || !reader.TryReadVarInt(out ulong refusal))
        {
            return false;
        }

        if (refusal != 0)
        {
            bool read = reader.TryReadPrefixed(CloseFrame.MaxReason, out ReadOnlySpan<byte> reason);
            hello = new ResponderHello
            {
                Version = version,
                Versions = versions.ToArray(),
                Refusal = refusal,
                Reason = CloseFrame.DecodeReason(reason),
            };
            return read;
        }

        if (!reader.TryReadByte(out byte suite) || !reader.TryReadUInt64(out ulong newestOwn)
            || !NewConnectionIdFrame.TryReadIssued(ref reader, out IssuedConnectionId first)
            || !NewConnectionIdFrame.TryReadIssued(ref reader, out IssuedConnectionId probe)
            || !reader.TryReadPrefixed(MaxParameters, out ReadOnlySpan<byte> block)
            || !TransportParameters.TryRead(block, out TransportParameters parameters))
        {
            return false;
        }

        hello = new ResponderHello
        {
            Version = version,
            Versions = versions.ToArray(),
            Suite = (CipherSuite)suite,
            NewestOwn = newestOwn,
            FirstPath = first,
            ProbePath = probe,
            Parameters = parameters,
        };
        return true;
    }
}
