using NUnit.Framework;

namespace Ants.Tests.Processes;

/// <summary>A Chat process that prints its events as JSON.</summary>
internal sealed class ChatProcess(RunningProgram program) : IAsyncDisposable
{
    public static readonly string[] Project = ["samples", "Chat"];

    private readonly List<ChatEvent> _events = [];

    public RunningProgram Program => program;

    /// <summary>What it told so far. For one caller at a time.</summary>
    public IReadOnlyList<ChatEvent> Events
    {
        get
        {
            _events.AddRange(program.OutputFrom(_events.Count).Select(ChatEvent.Parse));
            return _events;
        }
    }

    /// <summary>The texts of the peer's lines so far.</summary>
    public IReadOnlyList<string> Lines => [.. Events.Where(e => e.Name == "line").Select(e => e.Text("text"))];

    /// <summary>The kinds of the paths so far.</summary>
    public IReadOnlyList<string> Paths => [.. Events.Where(e => e.Name == "path").Select(e => e.Text("kind"))];

    public static ChatProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment) =>
        new(RunningProgram.Start(Project, ["--json", .. arguments], environment));

    /// <summary>The event of that name, the <paramref name="number"/>th, when it has come.</summary>
    public async Task<ChatEvent> EventAsync(string name, int number = 1)
    {
        await program.UntilAsync(() => Events.Count(e => e.Name == name) >= number, $"event '{name}' no. {number} comes");
        return Events.Where(e => e.Name == name).ElementAt(number - 1);
    }

    /// <summary>Waits until the session takes such a path.</summary>
    public Task PathAsync(string kind) => program.UntilAsync(() => Paths is [.., var last] && last == kind, $"the path is {kind}");

    /// <summary>Waits for a line.</summary>
    public Task LineAsync(string text) => program.UntilAsync(() => Lines.Contains(text), $"line '{text}' comes");

    /// <summary>Waits until it has told nothing for so long that no packet of its session is under way any more.</summary>
    public Task QuietAsync()
    {
        int told = -1;
        long since = 0;
        return program.UntilAsync(
            () =>
            {
                if (told != program.Output.Count)
                {
                    told = program.Output.Count;
                    since = Environment.TickCount64;
                }

                return Environment.TickCount64 - since > 2_000;
            },
            "it is quiet");
    }

    public Task TypeAsync(params IEnumerable<string> lines) => program.Input.WriteAsync(string.Concat(lines.Select(line => line + "\n")));

    public void EndInput() => program.Input.Close();

    /// <summary>
    /// What holds of all that a chat ever prints: JSON alone, time that does not run backwards, and for each session its
    /// event first, a path at once, and lines counted from 1.
    /// </summary>
    public void AssertWellFormed()
    {
        IReadOnlyList<ChatEvent> events = Events;
        Assert.That(events.Select(e => e.Milliseconds), Is.Ordered, program.Transcript());
        string last = "";
        bool inSession = false;
        long lines = 0;
        Assert.That(events.Count(e => e.Name == "network"), Is.LessThanOrEqualTo(1), program.Transcript());
        foreach (ChatEvent e in events)
        {
            if (e.Name == "network" && last.Length > 0)
            {
                // What the agent finds out meanwhile stands anywhere.
                continue;
            }

            bool follows = (last, e.Name) switch
            {
                ("", "ready") => true,
                ("session", "path") => true,
                ("" or "session", _) => false,
                (_, "session") => !inSession,
                (_, "path" or "line" or "relayed") => inSession,
                (_, "closed") => true,
                _ => false,
            };
            Assert.That(follows, $"'{e.Name}' follows '{last}':\n{program.Transcript()}");
            lines = e.Name switch { "session" => 0, "line" => lines + 1, _ => lines };
            Assert.That(e.Name != "line" || e.Number("seq") == lines, $"line {lines} has another number:\n{program.Transcript()}");
            inSession = e.Name == "session" || (inSession && e.Name != "closed");
            last = e.Name;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => program.DisposeAsync();
}
