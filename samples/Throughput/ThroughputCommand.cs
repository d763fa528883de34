using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Ants.Samples.Throughput.Measuring;
using Ants.Samples.Throughput.Yardsticks;

namespace Ants.Samples.Throughput;

/// <summary>The command line: its commands, their options and texts, and what each accepts.</summary>
internal sealed class ThroughputCommand
{
    /// <summary>The commands by which the bench starts the ends of its yardsticks.</summary>
    public const string ServeYardsticks = "serve-yardsticks", SendYardstick = "send-yardstick";

    // More are no median worth waiting for.
    private const int MaxRuns = 100;

    private readonly Option<int> _runs = Number("--runs", "How often all of it is measured; medians are printed.", 5, MaxRuns);
    private readonly Option<int> _seconds = Number("--seconds", "How long each measurement takes, after three seconds to warm up.", 5, (int)Request.MaxLength.TotalSeconds);
    private readonly Option<int> _streams = Number("--streams", "Over how many streams.", 1, Request.MaxStreams);
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object with the results, last of all." };
    private readonly Option<bool> _duplex = new("--duplex") { Description = "Both ways at once; both are added up." };
    private readonly Option<bool> _ping = new("--ping") { Description = "Measure how long a message of 64 bytes takes there and back." };

    private readonly Option<Row[]> _only = new("--only")
    {
        Description = $"Which to measure, with commas between: {string.Join(", ", Row.All.Select(row => row.Name))}. Default: all.",
        HelpName = "NAMES",
        DefaultValueFactory = static _ => [.. Row.All],
        CustomParser = static result =>
        {
            string[] names = result.Tokens[0].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            foreach (string unknown in names.Where(name => Row.Find(name) is null))
            {
                result.AddError($"--only '{unknown}' is not measured: {string.Join(", ", Row.All.Select(row => row.Name))} are.");
            }

            return [.. Row.All.Where(row => names.Contains(row.Name))];
        },
    };

    private readonly Option<string?> _chart = new("--chart") { Description = "Where to write a chart of the rates, as SVG.", HelpName = "FILE" };

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
        Required = true,
        CustomParser = static result => [.. result.Tokens.Select(token => Read<RelayAddress>(result, token.Value, RelayAddress.TryParse)!)],
    };

    private readonly Option<string?> _qlog = new("--qlog")
    {
        Description = "A folder for traces of sessions, one .sqlog file each. What is traced is slower.",
        HelpName = "DIR",
    };

    private readonly Option<Invite?> _peer = new("--peer")
    {
        Description = "The agent that serves: its id (z6Mk...) or its invite.",
        HelpName = "ID-or-invite",
        Required = true,
        CustomParser = static result => Read<Invite>(result, result.Tokens[0].Value, Invite.TryParse),
    };

    private readonly Option<PathKind> _path = OneOf("--path", "What is measured: an error if the session takes another path.", PathKind.Direct);
    private readonly Option<int> _port = Number("--port", "The port, of TCP and of UDP.", 5001, ushort.MaxValue);
    private readonly Option<Yardstick> _yardstick = OneOf("--yardstick", "Which.", Yardstick.Tcp);

    private readonly Option<IPEndPoint?> _to = new("--to")
    {
        Description = "Where the other end is.",
        HelpName = "IP:PORT",
        Required = true,
        CustomParser = static result => Read<IPEndPoint>(result, result.Tokens[0].Value, TryParseEndPoint),
    };

    private delegate bool Reader<T>(string text, out T? value, out string? problem);

    /// <summary>
    /// The command; <paramref name="run"/> does what was asked and <paramref name="refuse"/> says what cannot be, and both return the exit code.
    /// </summary>
    public RootCommand Create(Func<Options, Task<int>> run, Func<string, int> refuse)
    {
        RootCommand root = new("How fast ANTS is, beside TCP, TLS and the limit of its cipher and sockets, in one run. Without a command: "
            + "between two NATs of a lab that it builds (Linux).")
        {
            _runs, _seconds, _only, _json, _chart,
        };
        root.SetAction(parsed => run(new Options.Bench(
            parsed.GetValue(_only)!, parsed.GetValue(_runs), Seconds(parsed), parsed.GetValue(_json), parsed.GetValue(_chart))));

        Command serve = new("serve", "The receiving agent, until SIGTERM.") { _identity, _relays, _qlog, _json };
        serve.SetAction(parsed => run(new Options.Serve(parsed.GetValue(_identity), parsed.GetValue(_relays)!, parsed.GetValue(_qlog), parsed.GetValue(_json))));

        Command send = new("send", "The sending agent: measures the way to one that serves.")
        {
            _identity, _relays, _peer, _path, _seconds, _streams, _duplex, _ping, _qlog, _json,
        };
        send.SetAction(parsed => parsed.GetValue(_duplex) && parsed.GetValue(_ping)
            ? Task.FromResult(refuse("--duplex and --ping are two measurements: one of them is accepted."))
            : run(new Options.Send(
                parsed.GetValue(_identity), parsed.GetValue(_relays)!, parsed.GetValue(_peer)!, ReadRequest(parsed), parsed.GetValue(_qlog),
                parsed.GetValue(_json))));

        Command serveYardsticks = new(ServeYardsticks, "The receiving end of the yardsticks.") { _port };
        serveYardsticks.Hidden = true;
        serveYardsticks.SetAction(parsed => run(new Options.ServeYardsticks(parsed.GetValue(_port))));

        Command sendYardstick = new(SendYardstick, "The sending end of a yardstick.") { _yardstick, _to, _ping, _seconds };
        sendYardstick.Hidden = true;
        sendYardstick.SetAction(parsed => run(new Options.SendYardstick(
            parsed.GetValue(_yardstick), parsed.GetValue(_to)!, parsed.GetValue(_ping) ? Work.Echo : Work.Bulk, Seconds(parsed))));

        root.Add(serve);
        root.Add(send);
        root.Add(serveYardsticks);
        root.Add(sendYardstick);
        return root;
    }

    private TimeSpan Seconds(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(_seconds));

    private Request ReadRequest(ParseResult parsed)
    {
        Work work = parsed.GetValue(_ping) ? Work.Echo : parsed.GetValue(_duplex) ? Work.Duplex : Work.Bulk;
        return new Request(work, (byte)parsed.GetValue(_path), parsed.GetValue(_streams), Seconds(parsed));
    }

    private static Option<int> Number(string name, string description, int usual, int most) => new(name)
    {
        Description = $"{description} Default: {usual}.",
        HelpName = "N",
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < 1 || number > most)
            {
                result.AddError($"{name} '{text}': 1 to {most} is accepted.");
            }

            return number;
        },
    };

    private static Option<T> OneOf<T>(string name, string description, T usual)
        where T : struct, Enum
    {
        string accepted = string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant();
        return new Option<T>(name)
        {
            Description = $"{description} One of {accepted}. Default: {usual.ToString().ToLowerInvariant()}.",
            HelpName = "KIND",
            DefaultValueFactory = _ => usual,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (!Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase) || !Enum.TryParse(text, ignoreCase: true, out T value))
                {
                    result.AddError($"{name} '{text}': {accepted} are accepted.");
                    return usual;
                }

                return value;
            },
        };
    }

    private static T? Read<T>(ArgumentResult result, string text, Reader<T> read)
    {
        if (!read(text, out T? value, out string? problem))
        {
            result.AddError(problem!);
        }

        return value;
    }

    private static bool TryParseEndPoint(string text, out IPEndPoint? address, out string? problem)
    {
        bool valid = IPEndPoint.TryParse(text, out address) && address.Port != 0;
        problem = valid ? null : $"--to '{text}' is not an address: IP:PORT is accepted, [IP]:PORT for IPv6.";
        return valid;
    }
}
