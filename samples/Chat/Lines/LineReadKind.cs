namespace Ants.Samples.Chat.Lines;

/// <summary>The kinds of <see cref="LineRead"/>.</summary>
internal enum LineReadKind
{
    /// <summary>There are no more lines.</summary>
    End = 0,

    /// <summary>A line.</summary>
    Line = 1,

    /// <summary>A line longer than <see cref="LineReader.MaxLineBytes"/>, which was passed over.</summary>
    TooLong = 2,
}
