namespace Ants.Crypto;

/// <summary>
/// Which fast paths may be used: all, unless the process was started with one forced off. An embedder does that by an AppContext switch
/// in runtimeconfig.json, <c>Ants.Portable</c> for all of them or <c>Ants.Portable.Sockets</c> and so on for one; an operator or a test
/// by the environment variable <c>ANTS_PORTABLE</c>, which child processes inherit and native programs have too: a list of names,
/// separated by commas, or 1 for all. Read once, so that a fast path that is forbidden costs nothing to ask for.
/// </summary>
internal static class FastPaths
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "ANTS_PORTABLE";

    private const string Switch = "Ants.Portable";

    private static readonly bool[] s_allowed = [.. Enum.GetValues<FastPath>().Select(path =>
        !IsSwitched(Switch) && !IsSwitched($"{Switch}.{path}") && !Forbids(Environment.GetEnvironmentVariable(Variable), path))];

    /// <summary>The names of those that are forced off.</summary>
    public static string ForcedOff { get; } = string.Join(", ", Enum.GetValues<FastPath>().Where(path => !Allow(path)));

    /// <summary>Whether a fast path may be used where the system has it.</summary>
    public static bool Allow(FastPath path) => s_allowed[(int)path];

    /// <summary>
    /// Whether a value of <see cref="Variable"/> forbids a path. A word that is no path's name forbids all: whoever asks for something portable
    /// and mistypes it gets that, too.
    /// </summary>
    public static bool Forbids(string? value, FastPath path)
    {
        string[] words = value?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words is not ([] or ["0"])
            && words.Any(word => !Enum.GetNames<FastPath>().Contains(word, StringComparer.OrdinalIgnoreCase)
                || word.Equals(path.ToString(), StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsSwitched(string name) => AppContext.TryGetSwitch(name, out bool on) && on;
}
