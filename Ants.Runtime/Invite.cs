using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using Ants.Addresses;

namespace Ants;

/// <summary>
/// An agent's id with hints where to find it: <c>ants:z6Mk...?relay=ants%3A%2F%2F...&amp;direct=203.0.113.7:41641</c>, both
/// repeatable. A bare id is an invite without hints. The id alone decides who is spoken to: a wrong hint can cost time,
/// never trust.
/// </summary>
public sealed class Invite : IEquatable<Invite>
{
    /// <summary>The most relays, and the most direct addresses, that one invite holds: each of them costs the dialler a probe.</summary>
    public const int MaxHints = 8;

    // Eight relays with the longest names, percent-encoded, are about 3,000 characters.
    private const int MaxLength = 4096;

    private const string Scheme = "ants:";

    /// <summary>An invite from its parts.</summary>
    /// <exception cref="ArgumentException">More than <see cref="MaxHints"/> of a kind, or an address that no one can be reached at.</exception>
    public Invite(AgentId peerId, IEnumerable<RelayAddress>? relays = null, IEnumerable<IPEndPoint>? directAddresses = null)
    {
        PeerId = peerId;
        Relays = [.. (relays ?? []).Distinct()];
        DirectAddresses = [.. (directAddresses ?? []).Distinct()];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Relays.Count, MaxHints, nameof(relays));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(DirectAddresses.Count, MaxHints, nameof(directAddresses));
        if (DirectAddresses.FirstOrDefault(a => !EndPointText.IsReachable(a)) is IPEndPoint unreachable)
        {
            throw new ArgumentException($"No peer can be reached at {unreachable}.", nameof(directAddresses));
        }
    }

    /// <summary>Who is invited to be called.</summary>
    public AgentId PeerId { get; }

    /// <summary>The relays that the agent holds sessions with.</summary>
    public IReadOnlyList<RelayAddress> Relays { get; }

    /// <summary>Addresses at which the agent answers without any relay.</summary>
    public IReadOnlyList<IPEndPoint> DirectAddresses { get; }

    /// <summary>Reads an invite, or a bare id (<c>z6Mk...</c> or <c>did:key:z6Mk...</c>).</summary>
    /// <exception cref="FormatException">The text is neither; the message says what is wrong and what is accepted.</exception>
    public static Invite Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out Invite? invite, out string? problem) ? invite : throw new FormatException(problem);
    }

    /// <summary>Reads an invite or a bare id, if the text is one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Invite? invite) =>
        TryParse(text, out invite, out _);

    /// <summary>
    /// Reads an invite or a bare id, or says in one line what is wrong. Parameters of other names are passed over: later
    /// versions may add hints.
    /// </summary>
    public static bool TryParse(
        [NotNullWhen(true)] string? text,
        [NotNullWhen(true)] out Invite? invite,
        [NotNullWhen(false)] out string? problem)
    {
        invite = null;
        if (text is null || text.Length > MaxLength)
        {
            problem = Refuse(text, text is null ? "it is empty" : $"it is longer than {MaxLength} characters");
            return false;
        }

        bool hasScheme = text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);
        int question = hasScheme ? text.IndexOf('?', StringComparison.Ordinal) : -1;
        string id = text[(hasScheme ? Scheme.Length : 0)..(question < 0 ? text.Length : question)];
        if (!AgentId.TryParse(id, out AgentId peerId))
        {
            problem = Refuse(text, $"'{Quote.Shorten(id)}' is not an agent's id");
            return false;
        }

        InviteHints hints = new();
        if (question >= 0 && !hints.TryRead(text.AsSpan(question + 1), out string? reason))
        {
            problem = Refuse(text, reason);
            return false;
        }

        invite = new Invite(peerId, hints.Relays, hints.DirectAddresses);
        problem = null;
        return true;
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString()
    {
        StringBuilder text = new($"{Scheme}{PeerId}");
        char separator = '?';
        foreach (RelayAddress relay in Relays)
        {
            text.Append(separator).Append("relay=").Append(Uri.EscapeDataString(relay.ToString()));
            separator = '&';
        }

        foreach (IPEndPoint direct in DirectAddresses)
        {
            text.Append(separator).Append("direct=").Append(EndPointText.Escape(direct));
            separator = '&';
        }

        return text.ToString();
    }

    /// <summary>Whether both name the same agent and the same hints in the same order.</summary>
    public bool Equals(Invite? other) =>
        other is not null && PeerId.Equals(other.PeerId)
        && Relays.SequenceEqual(other.Relays) && DirectAddresses.SequenceEqual(other.DirectAddresses);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Invite);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(PeerId, Relays.Count, DirectAddresses.Count);

    private static string Refuse(string? text, string reason) =>
        $"'{Quote.Shorten(text)}' is not an invite: {reason}. Accepted: an id (z6Mk...), or "
        + "ants:ID?relay=RELAY-ADDRESS&direct=IP:PORT with the relay address percent-encoded.";
}
