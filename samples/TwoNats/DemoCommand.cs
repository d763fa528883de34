using System.CommandLine;

namespace Ants.Samples.TwoNats;

/// <summary>The command line of the demo.</summary>
internal sealed class DemoCommand
{
    private const string KeepsNothing =
        "--keep leaves the networks up, but a simulated network ends with the process: it is accepted on Linux, without --simulated.";

    private readonly Option<NatKind> _natA = Nat("--nat-a", "What alice, who is called, is behind");

    private readonly Option<NatKind> _natB = Nat("--nat-b", "What bob, who calls, is behind");

    private readonly Option<bool> _keep = new("--keep") { Description = "Leave the networks up afterwards and say how to enter them." };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print one JSON object with the summary on standard output, last of all; the story goes to standard error.",
    };

    private readonly Option<bool> _simulated = new("--simulated")
    {
        Description = "Tell the story in one process on a simulated network. Always so on macOS and Windows.",
    };

    /// <summary>
    /// The command; <paramref name="run"/> does what was asked and <paramref name="refuse"/> says what cannot be, and both
    /// return the exit code.
    /// </summary>
    public RootCommand Create(Func<DemoOptions, Task<int>> run, Func<string, Task<int>> refuse)
    {
        RootCommand command = new("Two chat agents across two real NATs: over a relay first, then direct, then back, with nothing lost.")
        {
            _natA, _natB, _keep, _json, _simulated,
        };
        command.SetAction(parsed => Read(parsed) is { Keep: true, Simulated: true } ? refuse(KeepsNothing) : run(Read(parsed)));
        return command;
    }

    private DemoOptions Read(ParseResult parsed) => new(
        parsed.GetValue(_natA),
        parsed.GetValue(_natB),
        parsed.GetValue(_keep),
        parsed.GetValue(_json),
        parsed.GetValue(_simulated) || !OperatingSystem.IsLinux());

    private static Option<NatKind> Nat(string name, string description) => new(name)
    {
        Description = $"{description}: {NatKindNames.Accepted}. Default: {NatKind.PortRestricted.ToName()}.",
        HelpName = "KIND",
        DefaultValueFactory = _ => NatKind.PortRestricted,
        CustomParser = result =>
        {
            if (!NatKindNames.TryParse(result.Tokens[0].Value, out NatKind kind, out string? problem))
            {
                result.AddError($"{name}: {problem}");
            }

            return kind;
        },
    };
}
