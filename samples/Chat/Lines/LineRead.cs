namespace Ants.Samples.Chat.Lines;

/// <summary>What a <see cref="LineReader"/> came to: a line, a line too long to keep, or the end.</summary>
internal readonly record struct LineRead(LineReadKind Kind, string Text)
{
    public static LineRead End { get; } = new(LineReadKind.End, "");

    public static LineRead TooLong { get; } = new(LineReadKind.TooLong, "");

    public static LineRead Of(string text) => new(LineReadKind.Line, text);
}
