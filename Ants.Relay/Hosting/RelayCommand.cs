using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;

namespace Ants.Relay.Hosting;

/// <summary>The command line: its options, their texts, and what each accepts.</summary>
internal sealed class RelayCommand
{
    // Agents with another relay are gone within a second or two; half a minute is for those that must register anew first, and below
    // what service managers wait before they kill.
    private const int DefaultDrainSeconds = 30;

    private const int MaxDrainSeconds = 3600;

    private readonly Option<IPEndPoint?> _listen = new("--listen")
    {
        Description = "Where to listen, by UDP and TCP alike: 0.0.0.0:443, [::]:443, 203.0.113.7:8443. Port 0 takes any free one.",
        HelpName = "IP:PORT",
        CustomParser = One<IPEndPoint>(TryParseListen),
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "The folder in which the relay keeps its key; created if missing.",
        HelpName = "DIR",
    };

    private readonly Option<AdvertisedName?> _advertise = new("--advertise")
    {
        Description = "The name or address by which agents find the relay; needed when it listens on all addresses.",
        HelpName = "HOST[:PORT]",
        CustomParser = One<AdvertisedName>(AdvertisedName.TryParse),
    };

    private readonly Option<RelayAddress[]> _peers = new("--peer-relay")
    {
        Description = "Another relay to ask for agents that are not registered here, as it prints its address: ants://HOST[:PORT]/#z6Mk... Repeatable.",
        HelpName = "ADDRESS",
        AllowMultipleArgumentsPerToken = false,
        CustomParser = Each<RelayAddress>(RelayAddress.TryParse),
    };

    private readonly Option<bool> _drain = new("--drain")
    {
        Description = "Have the relay that runs on --data tell its agents to move, and wait until it has stopped.",
    };

    private readonly Option<int> _drainSeconds = new("--drain-seconds")
    {
        Description = "How long agents are given to move to other relays at a stop; 0 to stop at once. Default: 30.",
        HelpName = "N",
        DefaultValueFactory = _ => DefaultDrainSeconds,
        CustomParser = One<int>(TryParseSeconds),
    };

    /// <summary>The command, which calls one of the three.</summary>
    public RootCommand Create(Func<RelaySettings, Task<int>> run, Func<string, Task<int>> drain, Func<string, int> refuse)
    {
        RootCommand command = new("An ANTS relay: agents reach each other through it, by their keys.")
        {
            _listen, _data, _advertise, _peers, _drain, _drainSeconds,
        };
        command.SetAction(parsed => Contradiction(parsed) is string problem ? Task.FromResult(refuse(problem))
            : parsed.GetValue(_drain) ? drain(parsed.GetValue(_data)!)
            : run(Read(parsed)));
        return command;
    }

    private RelaySettings Read(ParseResult parsed) => new()
    {
        Listen = parsed.GetValue(_listen)!,
        Folder = parsed.GetValue(_data)!,
        DrainWithin = TimeSpan.FromSeconds(parsed.GetValue(_drainSeconds)),
        Advertised = parsed.GetValue(_advertise),
        Peers = parsed.GetValue(_peers) ?? [],
    };

    // What no option says by itself.
    private string? Contradiction(ParseResult parsed)
    {
        bool drains = parsed.GetValue(_drain);
        if ((Missing(parsed, _listen, !drains) ?? Missing(parsed, _data, true)) is string missing)
        {
            return missing;
        }

        if (string.IsNullOrWhiteSpace(parsed.GetValue(_data)))
        {
            return "--data is empty: the path of a folder is accepted.";
        }

        if (drains)
        {
            return parsed.GetValue(_listen) is null && parsed.GetValue(_advertise) is null && parsed.GetValue(_peers) is null or []
                ? null : "--drain is for a relay that runs already: --data alone is accepted beside it.";
        }

        IPEndPoint listen = parsed.GetValue(_listen)!;
        return RelayOptions.IsWildcard(listen.Address) && parsed.GetValue(_advertise) is null
            ? $"--listen {listen} means all addresses, and agents need one: add --advertise HOST[:PORT], the name or address by which they find this relay."
            : null;
    }

    private static string? Missing(ParseResult parsed, Option option, bool isNeeded) =>
        isNeeded && parsed.GetResult(option) is null ? $"Option '{option.Name}' is required: {option.HelpName}. See --help." : null;

    private delegate bool Reader<T>(string text, out T? value, out string? problem);

    private static Func<ArgumentResult, T?> One<T>(Reader<T> read) => result =>
    {
        if (!read(result.Tokens[0].Value, out T? value, out string? problem))
        {
            result.AddError(problem!);
        }

        return value;
    };

    private static Func<ArgumentResult, T[]> Each<T>(Reader<T> read) => result =>
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

    private static bool TryParseSeconds(string text, out int seconds, out string? problem)
    {
        bool valid = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) && seconds <= MaxDrainSeconds;
        problem = valid ? null : $"--drain-seconds '{text}' is not a time: 0 to {MaxDrainSeconds} is accepted.";
        return valid;
    }

    private static bool TryParseListen(string text, out IPEndPoint? listen, out string? problem)
    {
        // IPEndPoint.TryParse also reads "1" and "10.1:5", and takes a missing port for 0: only what prints as it was written
        // is meant. An address without a zone, since none means anything to agents elsewhere; no group, and no broadcast.
        bool valid = IPEndPoint.TryParse(text, out listen)
            && string.Equals(listen.ToString(), text, StringComparison.OrdinalIgnoreCase)
            && !text.Contains('%')
            && !listen.Address.IsIPv6Multicast && !listen.Address.IsIPv4MappedToIPv6
            && (listen.Address.GetAddressBytes() is { Length: 16 } or [< 224, ..]);
        problem = valid ? null : $"--listen '{text}' is not an address of this machine: IP:PORT is accepted, [IP]:PORT for IPv6.";
        return valid;
    }
}
