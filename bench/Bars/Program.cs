using System.CommandLine;
using System.Net;
using Ants.Bench.Bars.Reports;
using Ants.Bench.Bars.Routers;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;

namespace Ants.Bench.Bars;

/// <summary>Measures on kernel NATs what ANTS promises, many times, and says whether every promise was kept.</summary>
internal static class Program
{
    private const int Held = 0, Missed = 1, CannotRun = 2;

    public static Task<int> Main(string[] args)
    {
        RootCommand root = new("Measures on kernel NATs what ANTS promises. Exit code 0: every bar held; 1: one was missed; 2: there is no lab here.")
        {
            Bar("relay-kill", "Relays that carry a relayed session are killed (-9), one after the other.", runs: 50, RelayKillBar.RunAsync),
            Bar("relay-kill-transfer", "The relay that carries 100 MB is killed (-9) in the middle, again and again.", runs: 20, TransferBar.RunAsync),
            Bar("rolling-restart", "Three relays are drained, stopped and started again, one after the other.", runs: 10, RollingRestartBar.RunAsync),
            Bar("move", "A host moves from one NAT's network to another's while the session is direct.", runs: 20, NewAddressBar.Move.RunAsync),
            Bar("silent-change", "A NAT forgets its mappings while the session is direct.", runs: 20, NewAddressBar.SilentChange.RunAsync),
            Bar("udp", "UDP is let out and dropped again, the session being without it at first, one side behind a proxy.", runs: 10, UdpBar.RunAsync),
            Bar("matrix", "Every pair of networks that must go direct does, and soon.", runs: 10, MatrixBar.RunAsync),
            Bar("bad-router", "An agent starts behind a router that answers with errors, lies, floods, or hangs.", runs: 7, RouterBar.RunAsync),
            Bar("reports", "Agents in every network of the lab report what it is.", runs: 1, ReportBar.RunAsync),
        };
        Option<string[]> relays = new("--relay") { Required = true };
        Option<string> peer = new("--peer") { Required = true };
        Command serve = new("transfer-serve") { relays }, send = new("transfer-send") { relays, peer };
        serve.SetAction(parsed => TransferAgent.ServeAsync(parsed.GetRequiredValue(relays)));
        send.SetAction(parsed => TransferAgent.SendAsync(parsed.GetRequiredValue(relays), parsed.GetRequiredValue(peer)));

        Option<RouterMood> mood = new("--mood") { Required = true };
        Option<string> address = new("--address") { Required = true };
        Command call = new("router-call") { relays, peer }, router = new("router-serve") { mood, address };
        call.SetAction(parsed => RouterCaller.RunAsync(parsed.GetRequiredValue(relays), parsed.GetRequiredValue(peer)));
        router.SetAction(parsed => BadRouter.RunAsync(parsed.GetRequiredValue(mood), IPAddress.Parse(parsed.GetRequiredValue(address))));

        // The processes of relay-kill-transfer and bad-router.
        foreach (Command process in (Command[])[serve, send, call, router])
        {
            process.Hidden = true;
            root.Add(process);
        }

        return root.Parse(args).InvokeAsync();
    }

    private static Command Bar(string name, string description, int runs, Func<int, CancellationToken, Task<bool>> measure)
    {
        Option<int> count = new("--runs") { Description = $"How often. Default: {runs}.", DefaultValueFactory = _ => runs };
        Command command = new(name, description) { count };
        command.SetAction(async (parsed, ct) =>
        {
            try
            {
                return await measure(parsed.GetValue(count), ct) ? Held : Missed;
            }
            catch (Exception e) when (e is LabException or StoryException)
            {
                await Console.Out.WriteLineAsync($"FAILED: {e.Message}");
                return Missed;
            }
            catch (Exception e) when (e is LabUnavailableException or FileNotFoundException)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return CannotRun;
            }
        });
        return command;
    }
}
