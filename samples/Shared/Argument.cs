using System.CommandLine.Parsing;

namespace Ants.Samples;

/// <summary>Makes readers of ANTS, which say what is wrong, into parsers of a command line's options.</summary>
internal static class Argument
{
    /// <summary>Reads one value, or says what is wrong with it and what is accepted.</summary>
    public delegate bool Reader<T>(string text, out T? value, out string? problem);

    /// <summary>For an option that has one value.</summary>
    public static Func<ArgumentResult, T?> One<T>(Reader<T> read) => result =>
    {
        if (!read(result.Tokens[0].Value, out T? value, out string? problem))
        {
            result.AddError(problem!);
        }

        return value;
    };

    /// <summary>For an option that may be repeated.</summary>
    public static Func<ArgumentResult, T[]> Each<T>(Reader<T> read) => result =>
    {
        List<T> values = [];
        foreach (Token token in result.Tokens)
        {
            if (read(token.Value, out T? value, out string? problem))
            {
                values.Add(value!);
            }
            else
            {
                result.AddError(problem!);
            }
        }

        return [.. values];
    };
}
