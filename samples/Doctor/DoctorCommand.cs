using System.CommandLine;
using System.Globalization;
using System.Net;
using Ants.Nat;

namespace Ants.Samples.Doctor;

/// <summary>The command line: its options, their texts, and what each accepts.</summary>
internal sealed class DoctorCommand
{
    // A search tries all addresses three times in two seconds; what opens a path has opened it by then, in networks that are not very slow.
    private const int DefaultSeconds = 3;

    private readonly NetworkArguments _network = new();

    private readonly Option<RelayAddress[]> _relays = new("--relay")
    {
        Description = "A relay to see this network from, as it prints its address: ants://HOST[:PORT]/#z6Mk... Repeatable; two tell more than one.",
        HelpName = "ADDRESS",
        AllowMultipleArgumentsPerToken = false,
        CustomParser = Argument.Each<RelayAddress>(RelayAddress.TryParse),
    };

    private readonly Option<Invite?> _peer = new("--peer")
    {
        Description = "An agent that runs somewhere, by its invite: finds out whether it is reached directly, and if not, why.",
        HelpName = "INVITE",
        CustomParser = Argument.One<Invite>(Invite.TryParse),
    };

    private readonly Option<IPEndPoint[]> _stun = new("--stun")
    {
        Description = "A further STUN server to ask; one with two addresses (RFC 5780) tells more than relays. Repeatable.",
        HelpName = "IP:PORT",
        CustomParser = Argument.Each<IPEndPoint>(HostAndPort.Reader("--stun")),
    };

    private readonly Option<int?> _seconds = new("--seconds")
    {
        Description = "How long to wait for a direct path to the peer, 1 to 600. Default: 3.",
        HelpName = "N",
        CustomParser = Argument.One<int?>(TryParseSeconds),
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print the report as one JSON object." };

    /// <summary>The command; <paramref name="run"/> does what was asked, <paramref name="refuse"/> says what cannot be; both return the exit code.</summary>
    public RootCommand Create(Func<DoctorOptions, Task<int>> run, Func<string, int> refuse)
    {
        RootCommand command = new("Reports how this machine's network treats agents: NAT, firewall, port mapping, relays; and why a peer is relayed.")
        {
            _relays, _peer, _network.Port, _network.PortMapping, _network.Proxy, _network.Advertise, _stun, _seconds, _json,
        };
        command.SetAction(parsed =>
        {
            DoctorOptions options = new()
            {
                Relays = parsed.GetValue(_relays) ?? [],
                Peer = parsed.GetValue(_peer),
                Port = parsed.GetValue(_network.Port),
                Proxy = parsed.GetValue(_network.Proxy),
                PortMapping = parsed.GetValue(_network.PortMapping) ?? PortMappingProtocols.All,
                AdvertisedAddresses = parsed.GetValue(_network.Advertise) ?? [],
                StunServers = parsed.GetValue(_stun) ?? [],
                Patience = TimeSpan.FromSeconds(parsed.GetValue(_seconds) ?? DefaultSeconds),
                Json = parsed.GetValue(_json),
            };
            return options is { Relays.Count: 0, Peer: null or { Relays.Count: 0 } }
                ? Task.FromResult(refuse("Nobody to see this network from: add --relay ADDRESS, or --peer with an invite that names one."))
                : run(options);
        });
        return command;
    }

    private static bool TryParseSeconds(string text, out int? seconds, out string? problem)
    {
        bool valid = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and <= 600;
        seconds = number;
        problem = valid ? null : $"--seconds '{text}' is not a time: 1 to 600 is accepted.";
        return valid;
    }
}
