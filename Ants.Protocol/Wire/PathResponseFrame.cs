using System.Net;

namespace Ants.Protocol.Wire;

/// <summary>
/// Answers a challenge, and tells the challenger from where its challenge was seen to come.
/// <code>
/// PATH_CHALLENGE (0x0C) | token (8 bytes)
/// PATH_RESPONSE  (0x0D) | token (8 bytes) | observed address
/// </code>
/// The observed address is empty for carriers that have none.
/// </summary>
internal readonly record struct PathResponseFrame(ulong Token, IPEndPoint? Observed)
{
    /// <summary>Bytes of a challenge.</summary>
    public const int ChallengeLength = 1 + 8;

    /// <summary>The most bytes that a response takes (IPv6).</summary>
    public const int MaxLength = 1 + 8 + 1 + 2 + 16;

    public static bool TryRead(ref WireReader reader, out PathResponseFrame frame)
    {
        IPEndPoint? observed = null;
        bool read = reader.TryReadUInt64(out ulong token) && reader.TryReadEndPoint(out observed);
        frame = new PathResponseFrame(token, observed);
        return read;
    }

    public void Write(ref WireWriter writer)
    {
        writer.WriteVarInt((ulong)FrameType.PathResponse);
        writer.WriteUInt64(Token);
        writer.WriteEndPoint(Observed);
    }

    public static void WriteChallenge(ref WireWriter writer, ulong token)
    {
        writer.WriteVarInt((ulong)FrameType.PathChallenge);
        writer.WriteUInt64(token);
    }
}
