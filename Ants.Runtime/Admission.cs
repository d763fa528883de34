using System.Text;

namespace Ants;

/// <summary>The answer to a <see cref="PeerRequest"/>: accepted, or refused with a reason that the peer is told.</summary>
public sealed class Admission
{
    /// <summary>The most bytes of UTF-8 that a reason takes on its way to the peer; a longer one is cut.</summary>
    public const int MaxReasonBytes = 200;

    private Admission(bool isAccepted, string reason)
    {
        IsAccepted = isAccepted;
        Reason = reason;
    }

    /// <summary>The peer is welcome.</summary>
    public static Admission Accept { get; } = new(isAccepted: true, reason: "");

    /// <summary>Whether the peer is welcome.</summary>
    public bool IsAccepted { get; }

    /// <summary>Why not; empty when accepted.</summary>
    public string Reason { get; }

    /// <summary>
    /// The peer is not welcome. It sees the reason, so this is no place for secrets; what is beyond
    /// <see cref="MaxReasonBytes"/> is cut off.
    /// </summary>
    public static Admission Refuse(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return new Admission(isAccepted: false, Cut(reason));
    }

    private static string Cut(string reason)
    {
        int bytes = 0;
        int length = 0;
        foreach (Rune rune in reason.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxReasonBytes)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return reason[..length];
    }
}
