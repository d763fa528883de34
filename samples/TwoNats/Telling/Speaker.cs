using System.Net;
using Ants.Samples.TwoNats.Showing;
using Ants.Samples.TwoNats.Staging;

namespace Ants.Samples.TwoNats.Telling;

/// <summary>One agent in the story: types lines all the while, and keeps what the agent says about itself.</summary>
internal sealed class Speaker(IActor actor, IStage stage, LineLedger spoken, LineLedger heard, IDisplay display, int linesPerSecond = Speaker.LinesPerSecond)
{
    // The story asks for fifty lines a second each way; these leave room for a machine that is busy now and then.
    public const int LinesPerSecond = 64;

    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(10);

    private readonly TaskCompletionSource _hushed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _listening = Task.CompletedTask;
    private Task _speaking = Task.CompletedTask;

    public string Name => actor.Name;

    public LineLedger Spoken => spoken;

    public LineLedger Heard => heard;

    /// <summary>The agent's id; null until it is ready.</summary>
    public string? AgentId { get; private set; }

    /// <summary>What it found out about its network; null until then.</summary>
    public AgentEvent.Network? Network { get; private set; }

    /// <summary>The beginning of its session; null until then.</summary>
    public AgentEvent.Session? Session { get; private set; }

    /// <summary>How many sessions it has begun.</summary>
    public int Sessions { get; private set; }

    /// <summary>The first path of its session.</summary>
    public AgentEvent.Path? FirstPath { get; private set; }

    /// <summary>The path of its session.</summary>
    public AgentEvent.Path? Path { get; private set; }

    /// <summary>The event since which its path has been of the kind that it is.</summary>
    public AgentEvent.Path? Turn { get; private set; }

    /// <summary>The relay that its session last led over.</summary>
    public IPEndPoint? LastRelay { get; private set; }

    /// <summary>The last line that it heard.</summary>
    public string LastHeard { get; private set; } = "";

    /// <summary>Why the story cannot go on with it; null while it can.</summary>
    public string? Failure => true switch
    {
        _ when _listening.IsFaulted => $"{Name} said what cannot be understood: {_listening.Exception.InnerException!.Message}",
        _ when _speaking.IsFaulted => $"{Name} takes no more lines: {_speaking.Exception.InnerException!.Message}",
        _ when _listening.IsCompleted => $"{Name} has ended{LastComplaint}",
        _ => null,
    };

    /// <summary>What the agent complained of.</summary>
    public IEnumerable<string> Complaints => actor.Complaints.Select(line => $"{Name}: {line}");

    private string LastComplaint => actor.Complaints.Count > 0 ? $": {actor.Complaints[^1]}" : ".";

    /// <summary>How often the agent has registered at a relay.</summary>
    public int TimesRegistered(string relay) => actor.TimesRegistered(relay);

    /// <summary>By what the agent last said to reach a relay; null while it has not.</summary>
    public string? CarrierTo(string relay) => actor.CarrierTo(relay);

    /// <summary>Starts to hear what the agent says.</summary>
    public void Listen() => _listening = ListenAsync();

    /// <summary>Starts to type lines.</summary>
    public void Speak() => _speaking = SpeakAsync();

    /// <summary>Types no more, and waits until the last line is typed.</summary>
    public async Task HushAsync()
    {
        _hushed.TrySetResult();

        // That it failed to, Failure says.
        await Task.WhenAny(_speaking);
    }

    /// <summary>Ends the agent by the end of its input, or by a signal; returns what was wrong with its end.</summary>
    public async Task<string?> EndAsync(bool bySignal, TimeSpan limit)
    {
        Action end = bySignal ? actor.Terminate : actor.EndInput;
        end();
        Task ended = Task.WhenAll(actor.Exit, _listening);
        if (await Task.WhenAny(ended, Task.Delay(limit, stage.Time)) != ended)
        {
            return $"{Name} did not end within {limit.TotalSeconds:F0} s of being asked to.";
        }

        int code = await actor.Exit;
        return code == 0 ? null : $"{Name} ended with exit code {code}{LastComplaint}";
    }

    private async Task ListenAsync()
    {
        await foreach (AgentEvent said in actor.Events)
        {
            switch (said)
            {
                case AgentEvent.Ready ready:
                    AgentId = ready.Agent;
                    break;
                case AgentEvent.Network network:
                    Network = network;
                    display.Explained(this, network.Explanation);
                    break;
                case AgentEvent.Relayed relayed:
                    display.Explained(this, relayed.Why);
                    break;
                case AgentEvent.Session session:
                    Session ??= session;
                    Sessions++;
                    break;
                case AgentEvent.Path path:
                    FirstPath ??= path;
                    Turn = path.Kind == Turn?.Kind ? Turn : path;
                    Path = path;
                    LastRelay = path.Kind == PathKind.Relayed ? path.Remote : LastRelay;
                    display.PathChanged(this, path);
                    break;
                case AgentEvent.Line line:
                    heard.Read(line.Text, line.Sequence, line.At);
                    LastHeard = line.Text;
                    break;
                case AgentEvent.Closed closed:
                    display.Note($"{Name}: closed ({closed.Reason})");
                    break;
            }
        }
    }

    // By the clock, not by ticks: a late tick types all the lines that are due.
    private async Task SpeakAsync()
    {
        TimeSpan start = stage.Now;
        long typed = 0;
        while (!_hushed.Task.IsCompleted)
        {
            for (long due = (long)((stage.Now - start).TotalSeconds * linesPerSecond); typed < due; typed++)
            {
                await actor.TypeAsync(spoken.Write());
            }

            await Task.WhenAny(_hushed.Task, Task.Delay(s_tick, stage.Time));
        }
    }
}
