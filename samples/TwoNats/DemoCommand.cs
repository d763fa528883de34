using System.CommandLine;
using System.Globalization;
using Ants.Samples.TwoNats.Matrix;
using Ants.Samples.TwoNats.Staging;
using Ants.Testing.Lab;

namespace Ants.Samples.TwoNats;

/// <summary>The command line of the demo.</summary>
internal sealed class DemoCommand
{
    // What a public network of the lab has room for several times over, and more than any agent needs.
    private const int MaxRelays = 5;

    private const string KeepsNothing =
        "--keep leaves the networks up, but a simulated network ends with the process: it is accepted on Linux, without --simulated.";

    private readonly Option<LabHomeKind> _natA = Nat("--nat-a", "What alice, who is called, is behind");

    private readonly Option<LabHomeKind> _natB = Nat("--nat-b", "What bob, who calls, is behind");

    private readonly Option<int?> _relays = new("--relays")
    {
        Description = $"How many relays both agents hold, 1 to {MaxRelays}. Default: 1, or 2 with --kill-relay.",
        HelpName = "N",
        CustomParser = result =>
        {
            if (!int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count is < 1 or > MaxRelays)
            {
                result.AddError($"--relays '{result.Tokens[0].Value}': 1 to {MaxRelays} are accepted.");
            }

            return count;
        },
    };

    private readonly Option<bool> _killRelay = new("--kill-relay")
    {
        Description = "Kill (-9) the relay that carries the session, while it is relayed and while it is direct, and start it again.",
    };

    private readonly Option<bool> _move = new("--move") { Description = "Bob moves to another network, as a laptop that changes its Wi-Fi." };

    private readonly Option<bool> _keep = new("--keep") { Description = "Leave the networks up afterwards and say how to enter them." };

    private readonly Option<string?> _json = new("--json")
    {
        Description = "Print one JSON object with the summary on standard output, last of all; the story goes to standard error. With --matrix FILE may be named.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _qlog = new("--qlog")
    {
        Description = "A folder for traces of both agents' sessions, one .sqlog file each, to be opened with qvis.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _simulated = new("--simulated")
    {
        Description = "Tell the story in one process on a simulated network. Always so on macOS and Windows.",
    };

    private readonly MatrixArguments _matrix = new();

    /// <summary>
    /// The command; <paramref name="run"/> and <paramref name="measure"/> do what was asked and <paramref name="refuse"/> says what cannot be, and
    /// all return the exit code.
    /// </summary>
    public RootCommand Create(Func<DemoOptions, Task<int>> run, Func<MatrixOptions, Task<int>> measure, Func<string, Task<int>> refuse)
    {
        RootCommand command = new("Two chat agents across two real NATs: over a relay first, then direct, then back, with nothing lost.")
        {
            _natA, _natB, _relays, _killRelay, _move, _keep, _qlog, _json, _simulated,
        };
        foreach (Option option in _matrix.All)
        {
            command.Add(option);
        }

        command.Add(MatrixAgentOptions.CreateCommand());
        command.SetAction(parsed =>
            Contradiction(parsed) is { } problem ? refuse(problem)
            : _matrix.Asked(parsed) ? measure(_matrix.Read(parsed, parsed.GetValue(_relays), Json(parsed)))
            : run(Read(parsed)));
        return command;
    }

    private string? Contradiction(ParseResult parsed)
    {
        bool matrix = _matrix.Asked(parsed);
        if (matrix)
        {
            Option[] story = [_natA, _natB, _killRelay, _move, _keep, _qlog, _simulated];
            return story.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } stray
                ? $"{stray.Name} belongs to the story: it is accepted without --matrix."
                : null;
        }

        return _matrix.Stray(parsed)
            ?? (Json(parsed) is { Length: > 0 } ? "--json names a file with --matrix alone." : Contradiction(Read(parsed)));
    }

    // Empty for standard output, null when it is not asked for.
    private string? Json(ParseResult parsed) => parsed.GetResult(_json) is null ? null : parsed.GetValue(_json) ?? "";

    private static string? Contradiction(DemoOptions options) => options switch
    {
        { Keep: true, Simulated: true } => KeepsNothing,
        { Simulated: true } when Kernels(options) is { Length: > 0 } kinds =>
            $"{kinds} needs the kernel's NATs: accepted on a simulated network are {string.Join(", ", SimulatedStage.Kinds.Select(kind => kind.ToName()))}.",
        { Plot.KillRelay: true, Relays: < 2 } => "--kill-relay needs another relay to go on over: it is accepted with --relays 2 or more.",
        _ => null,
    };

    // What cannot be simulated of what is asked for.
    private static string Kernels(DemoOptions options) =>
        string.Join(", ", new[] { options.NatA, options.NatB }.Except(SimulatedStage.Kinds).Select(kind => kind.ToName()));

    private DemoOptions Read(ParseResult parsed) => new(
        parsed.GetValue(_natA),
        parsed.GetValue(_natB),
        parsed.GetValue(_keep),
        Json(parsed) is not null,
        parsed.GetValue(_simulated) || !OperatingSystem.IsLinux())
    {
        Relays = parsed.GetValue(_relays) ?? (parsed.GetValue(_killRelay) ? 2 : 1),
        Qlog = parsed.GetValue(_qlog) is { Length: > 0 } folder ? System.IO.Path.GetFullPath(folder) : null,
        Plot = new Plot(parsed.GetValue(_killRelay), parsed.GetValue(_move)),
    };

    private static Option<LabHomeKind> Nat(string name, string description) => new(name)
    {
        Description = $"{description}: {LabHomeKinds.Accepted}. Default: {LabHomeKind.PortRestricted.ToName()}.",
        HelpName = "KIND",
        DefaultValueFactory = _ => LabHomeKind.PortRestricted,
        CustomParser = result =>
        {
            if (!LabHomeKinds.TryParse(result.Tokens[0].Value, out LabHomeKind kind, out string? problem))
            {
                result.AddError($"{name}: {problem}");
            }

            return kind;
        },
    };
}
