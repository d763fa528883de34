using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Ants.Nat;

namespace Ants.Samples.Chat;

/// <summary>The command line: its options, their texts, and what each accepts.</summary>
internal sealed class ChatCommand
{
    private readonly NetworkArguments _network = new();

    private readonly Option<string?> _identity = new("--identity")
    {
        Description = "The file with this agent's key; created if missing. Without it the agent has a new name each time.",
        HelpName = "FILE",
    };

    private readonly Option<RelayAddress[]> _relays = new("--relay")
    {
        Description = "A relay to be reachable through, as it prints its address: ants://HOST[:PORT]/#z6Mk... Repeatable.",
        HelpName = "ADDRESS",
        AllowMultipleArgumentsPerToken = false,
        CustomParser = Argument.Each<RelayAddress>(RelayAddress.TryParse),
    };

    private readonly Option<bool> _listen = new("--listen") { Description = "Wait for a peer; stay until SIGTERM." };

    private readonly Option<Invite?> _peer = new("--peer")
    {
        Description = "Whom to call: an id (z6Mk...) or the invite that the other side prints.",
        HelpName = "ID-or-invite",
        CustomParser = Argument.One<Invite>(Invite.TryParse),
    };

    private readonly Option<bool> _relayOnly = new("--relay-only")
    {
        Description = "Never send to the peer but through a relay, so that it does not learn this machine's address.",
    };

    private readonly Option<TimeSpan?> _mappingLease = new("--mapping-lease")
    {
        Description = "How long a router keeps a mapping that is not renewed. Default: 600.",
        HelpName = "SECONDS",
        CustomParser = Argument.One<TimeSpan?>(TryParseLease),
    };

    private readonly Option<AgentId[]> _allow = new("--allow")
    {
        Description = "An id that may call; others are refused. Repeatable; without it everyone may.",
        HelpName = "ID",
        CustomParser = Argument.Each<AgentId>(static (string text, out AgentId id, out string? problem) =>
            AgentId.TryParse(text, out id, out problem)),
    };

    private readonly Option<string?> _qlog = new("--qlog")
    {
        Description = "A folder for traces of sessions, one .sqlog file each, to be opened with qvis. They hold IP addresses of both ends.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print events as JSON, one object per line." };

    /// <summary>
    /// The command; <paramref name="run"/> does what was asked and <paramref name="refuse"/> says what cannot be, and both
    /// return the exit code.
    /// </summary>
    public RootCommand Create(Func<ChatOptions, Task<int>> run, Func<string, int> refuse)
    {
        RootCommand command = new("Talk with another agent by its key: lines from standard input go to the peer, its lines to standard output.")
        {
            _identity, _relays, _listen, _peer, _relayOnly, _network.Port, _network.PortMapping, _mappingLease, _network.Proxy, _network.Advertise, _allow, _qlog, _json,
        };
        command.SetAction(parsed => Contradiction(parsed) is string problem ? Task.FromResult(refuse(problem)) : run(Read(parsed)));
        return command;
    }

    private ChatOptions Read(ParseResult parsed) => new()
    {
        IdentityPath = parsed.GetValue(_identity),
        Peer = parsed.GetValue(_peer),
        Relays = parsed.GetValue(_relays) ?? [],
        AdvertisedAddresses = parsed.GetValue(_network.Advertise) ?? [],
        Allowed = (parsed.GetValue(_allow) ?? []).ToHashSet(),
        Port = parsed.GetValue(_network.Port),
        Proxy = parsed.GetValue(_network.Proxy),
        RelayOnly = parsed.GetValue(_relayOnly),
        PortMapping = parsed.GetValue(_network.PortMapping) ?? PortMappingProtocols.All,
        MappingLease = parsed.GetValue(_mappingLease),
        QlogFolder = parsed.GetValue(_qlog),
        Json = parsed.GetValue(_json),
    };

    // What no option says by itself. (Not a validator of System.CommandLine: those run before an option's own errors are
    // known, and asking for an option with one throws.)
    private string? Contradiction(ParseResult parsed)
    {
        bool listen = parsed.GetValue(_listen);
        Invite? peer = parsed.GetValue(_peer);
        if (listen == (peer is not null))
        {
            return "Either --listen or --peer ID-or-invite is needed, and not both.";
        }

        if (!listen && parsed.GetValue(_allow) is { Length: > 0 })
        {
            return "--allow says who may call: it is accepted with --listen only.";
        }

        if (parsed.GetValue(_qlog) is { } folder && string.IsNullOrWhiteSpace(folder))
        {
            return "--qlog is empty: the path of a folder is accepted.";
        }

        return parsed.GetValue(_relays) is null or [] && peer is { Relays.Count: 0, DirectAddresses.Count: 0 }
            ? "--peer names an id alone, which says nothing about where: add --relay ADDRESS, or give the peer's invite."
            : null;
    }

    private static bool TryParseLease(string text, out TimeSpan? lease, out string? problem)
    {
        bool valid = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds is > 0 and <= 86_400;
        lease = TimeSpan.FromSeconds(seconds);
        problem = valid ? null : $"--mapping-lease '{text}' is not a time: 1 to 86400 seconds are accepted.";
        return valid;
    }
}
