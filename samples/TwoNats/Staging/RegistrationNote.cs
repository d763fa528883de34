namespace Ants.Samples.TwoNats.Staging;

/// <summary>Reads the note by which Chat says that its agent is registered at a relay, for the first time or again.</summary>
internal static class RegistrationNote
{
    private const string Text = "Registered at ";

    /// <summary>The relay that <paramref name="line"/> names; false when it is another note.</summary>
    public static bool TryRead(string line, out string relay)
    {
        int at = line.IndexOf(Text, StringComparison.Ordinal);
        relay = at < 0 ? "" : line[(at + Text.Length)..].Trim();
        return at >= 0;
    }
}
