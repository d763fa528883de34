using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using NUnit.Framework.Interfaces;

namespace Ants.Tests.Processes;

/// <summary>
/// What the tests of whole programs share: real processes on the loopback, each ended with its test, and a folder for their
/// files.
/// </summary>
[Category("Processes")]
[Platform("Linux,MacOsX", Reason = "Signals and file modes are Unix's.")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
internal abstract class ProcessFixture
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ants-processes-");
    private readonly List<RunningProgram> _programs = [];
    private readonly List<ChatProcess> _chats = [];

    /// <summary>Variables for the programs that are started from now on, beside those of the tests.</summary>
    protected Dictionary<string, string> Variables { get; set; } = [];

    /// <summary>A path in this test's own folder.</summary>
    protected string InFolder(string name) => Path.Combine(_folder.FullName, name);

    [TearDown]
    public async Task EndEverything()
    {
        foreach (RunningProgram program in _programs)
        {
            await program.DisposeAsync();
            if (TestContext.CurrentContext.Result.Outcome.Status != TestStatus.Passed)
            {
                await TestContext.Out.WriteLineAsync($"{program.Name} {program.Id}:\n{program.Transcript()}");
            }
        }

        _folder.Delete(recursive: true);
        foreach (ChatProcess chat in _chats)
        {
            chat.AssertWellFormed();
        }
    }

    /// <summary>A relay that serves.</summary>
    protected async Task<RelayProcess> StartRelayAsync(string folder = "relay", int port = 0, params IEnumerable<string> arguments)
    {
        RelayProcess relay = await RelayProcess.StartAsync(InFolder(folder), port, arguments, Variables);
        _programs.Add(relay.Program);
        return relay;
    }

    /// <summary>A chat, which may not be ready yet.</summary>
    protected ChatProcess StartChat(params IEnumerable<string> arguments)
    {
        ChatProcess chat = ChatProcess.Start(arguments, Variables);
        _programs.Add(chat.Program);
        _chats.Add(chat);
        return chat;
    }

    /// <summary>Any of the programs, for what it says as text.</summary>
    protected RunningProgram StartProgram(string[] project, params IEnumerable<string> arguments)
    {
        RunningProgram program = RunningProgram.Start(project, arguments, Variables);
        _programs.Add(program);
        return program;
    }

    /// <summary>A listener that is ready.</summary>
    protected async Task<ChatProcess> StartListenerAsync(RelayProcess relay, params IEnumerable<string> arguments)
    {
        ChatProcess listener = StartChat(["--listen", "--relay", $"{relay.Address}", .. arguments]);
        await listener.EventAsync("ready");
        return listener;
    }

    /// <summary>A dialler that calls a listener by its id.</summary>
    protected async Task<ChatProcess> StartDiallerAsync(RelayProcess relay, ChatProcess listener, params IEnumerable<string> arguments)
    {
        string id = (await listener.EventAsync("ready")).Text("agent");
        return StartChat(["--peer", id, "--relay", $"{relay.Address}", .. arguments]);
    }

    /// <summary>A listener and a dialler with a line of each on the other side.</summary>
    protected async Task<(ChatProcess Listener, ChatProcess Dialler)> StartPairAsync(RelayProcess relay, params IEnumerable<string> arguments)
    {
        ChatProcess listener = await StartListenerAsync(relay, [.. arguments, "--identity", InFolder("listener.agent")]);
        ChatProcess dialler = await StartDiallerAsync(relay, listener, arguments);
        await TalkAsync(listener, dialler, "hello");
        return (listener, dialler);
    }

    /// <summary>Has each say something that the other hears.</summary>
    protected static async Task TalkAsync(ChatProcess listener, ChatProcess dialler, string text)
    {
        await dialler.TypeAsync($"{text} from the dialler");
        await listener.TypeAsync($"{text} from the listener");
        await listener.LineAsync($"{text} from the dialler");
        await dialler.LineAsync($"{text} from the listener");
    }

    /// <summary>A UDP port that was free a moment ago.</summary>
    protected static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
