using System.Text;

namespace Ants.Addresses;

/// <summary>Shows foreign text inside a one-line message.</summary>
internal static class Quote
{
    // Enough to recognise what one typed.
    private const int MaxShown = 80;

    /// <summary>The text, cut after 80 characters, with control characters (such as line ends) replaced.</summary>
    public static string Shorten(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        StringBuilder shown = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (shown.Length >= MaxShown)
            {
                return shown.Append("...").ToString();
            }

            shown.Append(Rune.IsControl(rune) ? "?" : rune.ToString());
        }

        return shown.ToString();
    }
}
