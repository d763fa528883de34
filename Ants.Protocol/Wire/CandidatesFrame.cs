using System.Net;

namespace Ants.Protocol.Wire;

/// <summary>One address at which the sender may be reachable, with its kind as the sender numbers kinds.</summary>
internal readonly record struct WireCandidate(byte Kind, IPEndPoint EndPoint);

/// <summary>
/// All addresses at which the sender may be reachable; replaces what an earlier sequence said. Newest wins.
/// <code>
/// CANDIDATES (0x1A) | sequence | count | { kind (1 byte) | address } ...
/// </code>
/// </summary>
internal static class CandidatesFrame
{
    // A host with a few interfaces in two families, and what STUN and port mapping add, stays well below; 16 fit one
    // packet of 1,000 bytes and bound what a peer can make us probe.
    public const int MaxCandidates = 16;

    public static bool TryRead(ref WireReader reader, out ulong sequence, out List<WireCandidate> candidates)
    {
        candidates = [];
        if (!reader.TryReadVarInt(out sequence) || !reader.TryReadVarInt(MaxCandidates, out ulong count))
        {
            return false;
        }

        for (ulong i = 0; i < count; i++)
        {
            if (!reader.TryReadByte(out byte kind) || !reader.TryReadEndPoint(out IPEndPoint? endPoint) || endPoint is null)
            {
                return false;
            }

            candidates.Add(new WireCandidate(kind, endPoint));
        }

        return true;
    }

    public static int MaxLength(int count) => 1 + 8 + 1 + (count * (1 + 1 + 2 + 16));

    public static void Write(ref WireWriter writer, ulong sequence, IReadOnlyList<WireCandidate> candidates)
    {
        writer.WriteVarInt((ulong)FrameType.Candidates);
        writer.WriteVarInt(sequence);
        writer.WriteVarInt((ulong)candidates.Count);
        foreach (WireCandidate candidate in candidates)
        {
            writer.WriteByte(candidate.Kind);
            writer.WriteEndPoint(candidate.EndPoint);
        }
    }
}
