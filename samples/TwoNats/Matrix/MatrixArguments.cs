using System.CommandLine;
using System.Globalization;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats.Matrix;

/// <summary>The part of the command line that is the matrix's.</summary>
internal sealed class MatrixArguments
{
    // A hundred runs of all pairs take hours; more is a slip of the hand.
    private const int MaxRuns = 1000;

    // Two, so that a NAT that shows each of them another port is known by it.
    private const int DefaultRelays = 2;

    private readonly Option<bool> _matrix = new("--matrix")
    {
        Description = "Instead of the story: have every pair of networks meet, and show which go direct, how, and how soon.",
    };

    private readonly Option<int> _runs = new("--runs")
    {
        Description = "How often each pair of the matrix meets. Default: 1.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
        CustomParser = result =>
        {
            if (!int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int runs) || runs is < 1 or > MaxRuns)
            {
                result.AddError($"--runs '{result.Tokens[0].Value}': 1 to {MaxRuns} are accepted.");
            }

            return runs;
        },
    };

    private readonly Option<LabHomeKind[]> _kinds = new("--kinds")
    {
        Description = $"The networks of the matrix, with commas between them: {LabHomeKinds.Accepted}. Default: all but proxy-only.",
        HelpName = "A,B,...",
        CustomParser = result =>
        {
            List<LabHomeKind> kinds = [];
            foreach (string name in result.Tokens[0].Value.Split(','))
            {
                if (LabHomeKinds.TryParse(name, out LabHomeKind kind, out string? problem))
                {
                    kinds.Add(kind);
                }
                else
                {
                    result.AddError($"--kinds: {problem}");
                }
            }

            return [.. kinds];
        },
    };

    private readonly Option<string?> _svg = new("--svg") { Description = "A file for the matrix as a picture.", HelpName = "FILE" };

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> All => [_matrix, _runs, _kinds, _svg];

    /// <summary>Whether the matrix is asked for.</summary>
    public bool Asked(ParseResult parsed) => parsed.GetValue(_matrix);

    /// <summary>What is given of the matrix where none is asked for; null when nothing is.</summary>
    public string? Stray(ParseResult parsed) => Asked(parsed)
        ? null
        : All.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } stray ? $"{stray.Name} is accepted with --matrix alone." : null;

    /// <summary>What is asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="relays">How many relays, if that is said.</param>
    /// <param name="json">Where JSON goes; empty for standard output, null for nowhere.</param>
    public MatrixOptions Read(ParseResult parsed, int? relays, string? json) =>
        new(parsed.GetValue(_kinds) is { Length: > 0 } kinds ? kinds : MatrixOptions.DefaultKinds, parsed.GetValue(_runs), relays ?? DefaultRelays)
        {
            Json = json,
            Svg = parsed.GetValue(_svg),
        };
}
