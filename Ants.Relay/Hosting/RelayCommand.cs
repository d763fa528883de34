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

    private readonly Option<long?> _stunPort = Count("--stun-port", 0, ushort.MaxValue,
        "A second UDP port, for STUN alone, by which agents learn what their NAT does; 0 for none. Default: the one after that of --listen.");

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

    private readonly Option<long?> _maxAgents = Count("--max-agents", 1, RelayOptions.MostAgents,
        "Agents that are served at once; those beyond are told that the relay is busy. Default: 100000, about a gigabyte.");

    private readonly Option<long?> _forwardRate = Count("--forward-bytes-per-second", RelayOptions.LeastForwardBytesPerSecond, long.MaxValue,
        "Bytes that are forwarded for one agent a second; what is more is dropped. Default: 250000000.");

    private readonly Option<long?> _maxWebSockets = Count("--max-websockets", 0, int.MaxValue,
        "WebSockets that agents may have open at once; 0 for none. Default: 20000, about a gigabyte.");

    private readonly Option<long?> _maxPerAddress = Count("--max-websockets-per-address", 0, int.MaxValue,
        "Those from one address; behind a reverse proxy of your own as many as in all. Default: 1000.");

    /// <summary>The command, which calls one of the three.</summary>
    public RootCommand Create(Func<RelaySettings, Task<int>> run, Func<string, Task<int>> drain, Func<string, int> refuse)
    {
        RootCommand command = new("An ANTS relay: agents reach each other through it, by their keys.")
        {
            _listen, _data, _advertise, _stunPort, _peers, _maxAgents, _forwardRate, _maxWebSockets, _maxPerAddress, _drain, _drainSeconds,
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
        StunPort = (int?)parsed.GetValue(_stunPort),
        Peers = parsed.GetValue(_peers) ?? [],
        MaxAgents = (int?)parsed.GetValue(_maxAgents),
        ForwardBytesPerSecond = parsed.GetValue(_forwardRate),
        MaxWebSockets = (int?)parsed.GetValue(_maxWebSockets),
        MaxWebSocketsPerAddress = (int?)parsed.GetValue(_maxPerAddress),
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
            return Array.Exists<Option>([_listen, _advertise, _stunPort, _peers, _maxAgents, _forwardRate, _maxWebSockets, _maxPerAddress], Has)
                ? "--drain is for a relay that runs already: --data alone is accepted beside it." : null;
        }

        IPEndPoint listen = parsed.GetValue(_listen)!;
        return RelayOptions.IsWildcard(listen.Address) && parsed.GetValue(_advertise) is null
            ? $"--listen {listen} means all addresses, and agents need one: add --advertise HOST[:PORT], the name or address by which they find this relay."
            : null;

        // Not GetResult: an option with a default has one that nobody has written.
        bool Has(Option option) => parsed.GetResult(option) is { Implicit: false };
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

    private static Option<long?> Count(string name, long least, long most, string description)
    {
        string accepted = most is int.MaxValue or long.MaxValue ? $"{least} or more is accepted" : $"{least} to {most} is accepted";
        return new Option<long?>(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = One((string text, out long? count, out string? problem) =>
            {
                bool valid = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value >= least && value <= most;
                count = valid ? value : null;
                problem = valid ? null : $"{name} '{text}' is not a number in range: {accepted}.";
                return valid;
            }),
        };
    }

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
