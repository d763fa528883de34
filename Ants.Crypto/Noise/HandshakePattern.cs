using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Ants.Crypto.Noise;

/// <summary>The messages of a handshake, and what the ends know of each other before it.</summary>
internal sealed class HandshakePattern
{
    private static readonly FrozenDictionary<string, HandshakePattern> Known = ReadTable();

    private HandshakePattern(
        bool initiatorKnown, bool responderKnown, bool oneWay, ImmutableArray<ImmutableArray<NoiseToken>> messages)
    {
        InitiatorStaticKnown = initiatorKnown;
        ResponderStaticKnown = responderKnown;
        IsOneWay = oneWay;
        Messages = messages;
    }

    /// <summary>Pre-message <c>-> s</c>: the responder knows the initiator's static key.</summary>
    public bool InitiatorStaticKnown { get; }

    /// <summary>Pre-message <c>&lt;- s</c>: the initiator knows the responder's static key.</summary>
    public bool ResponderStaticKnown { get; }

    /// <summary>Only the initiator sends, then too when the handshake is over (section 7.4).</summary>
    public bool IsOneWay { get; }

    /// <summary>Whether pre-shared keys are mixed, so that ephemeral keys are mixed as well (section 9.2).</summary>
    public bool UsesPsk => Messages.Any(message => message.Contains(NoiseToken.Psk));

    /// <summary>The tokens of each message; the initiator sends the first, then they take turns.</summary>
    public ImmutableArray<ImmutableArray<NoiseToken>> Messages { get; }

    /// <summary>The pattern of a name without modifiers, or null.</summary>
    public static HandshakePattern? Find(string name) => Known.GetValueOrDefault(name);

    /// <summary>The psk modifier (section 9.4): psk0 before the first message's tokens, pskN after the Nth message's; null when there is no such message.</summary>
    public HandshakePattern? WithPsk(int position)
    {
        if (position > Messages.Length)
        {
            return null;
        }

        int index = Math.Max(position - 1, 0);
        ImmutableArray<NoiseToken> tokens = Messages[index];
        return With(Messages.SetItem(index, tokens.Insert(position == 0 ? 0 : tokens.Length, NoiseToken.Psk)));
    }

    /// <summary>
    /// The hfs modifier of the Noise HFS extension: <c>e1</c> after the first <c>e</c>, or after the exchange that follows
    /// it at once; <c>ekem1</c> after <c>ee</c>. Null for a pattern without <c>ee</c>.
    /// </summary>
    public HandshakePattern? WithKem()
    {
        int reply = IndexOfMessageWith(NoiseToken.EE);
        if (reply < 1)
        {
            return null;
        }

        ImmutableArray<NoiseToken> first = Messages[0];
        int after = first.IndexOf(NoiseToken.E) + 1;
        after += after < first.Length && first[after] is NoiseToken.ES ? 1 : 0;
        ImmutableArray<NoiseToken> second = Messages[reply];
        return With(Messages
            .SetItem(0, first.Insert(after, NoiseToken.KemKey))
            .SetItem(reply, second.InsertRange(
                second.IndexOf(NoiseToken.EE) + 1, NoiseToken.KemCiphertext, NoiseToken.KemSecret)));
    }

    /// <summary>
    /// The hfs modifier as its first published vectors have it, where the second exchange is a Diffie-Hellman one:
    /// <c>f</c> after every <c>e</c>, <c>ff</c> after <c>ee</c>. Null for a pattern without <c>ee</c>.
    /// </summary>
    public HandshakePattern? WithSecondDiffieHellman()
    {
        int reply = IndexOfMessageWith(NoiseToken.EE);
        if (reply < 1)
        {
            return null;
        }

        ImmutableArray<NoiseToken> second = Messages[reply];
        second = second.Insert(second.IndexOf(NoiseToken.EE) + 1, NoiseToken.KemSecret);
        second = second.Insert(second.IndexOf(NoiseToken.E) + 1, NoiseToken.KemCiphertext);
        return With(Messages
            .SetItem(0, Messages[0].Insert(Messages[0].IndexOf(NoiseToken.E) + 1, NoiseToken.KemKey))
            .SetItem(reply, second));
    }

    private HandshakePattern With(ImmutableArray<ImmutableArray<NoiseToken>> messages) =>
        new(InitiatorStaticKnown, ResponderStaticKnown, IsOneWay, messages);

    private int IndexOfMessageWith(NoiseToken token)
    {
        for (int i = 0; i < Messages.Length; i++)
        {
            if (Messages[i].Contains(token))
            {
                return i;
            }
        }

        return -1;
    }

    private static FrozenDictionary<string, HandshakePattern> ReadTable() =>
        PatternTable.Text
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(static line => line.Split(':', StringSplitOptions.TrimEntries))
            .ToFrozenDictionary(static parts => parts[0], static parts => ReadRow(parts[0], parts[1]));

    // A name tells what is known beforehand: a K on the left (or a one-way K) is the initiator's key, a K on the right
    // (or any one-way pattern) the responder's.
    private static HandshakePattern ReadRow(string name, string row)
    {
        string letters = name.Replace("1", string.Empty, StringComparison.Ordinal);
        bool oneWay = letters.Length == 1;
        ImmutableArray<ImmutableArray<NoiseToken>> messages =
            [.. row.Split('/').Select(static message => message.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(static token => Enum.Parse<NoiseToken>(token, ignoreCase: true)).ToImmutableArray())];
        return new HandshakePattern(letters[0] == 'K', oneWay || letters[1] == 'K', oneWay, messages);
    }
}
