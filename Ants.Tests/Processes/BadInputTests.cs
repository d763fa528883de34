using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using NUnit.Framework;

namespace Ants.Tests.Processes;

/// <summary>What cannot be done as asked is said in one line, with what can; exit code 2, no stack trace.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class BadInputTests : ProcessFixture
{
    private const string Id = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
    private const string Relay = "ants://127.0.0.1:9/#" + Id;

    [TestCase("Either --listen or --peer")]
    [TestCase("'nonsense' is not a relay address", "--listen", "--relay", "nonsense")]
    [TestCase("has no key", "--listen", "--relay", "ants://127.0.0.1:9/")]
    [TestCase("z6Mk", "--listen", "--relay", "ants://127.0.0.1:9/#z6Mkwrong")]
    [TestCase("'bob' is not an invite", "--relay", Relay, "--peer", "bob")]
    [TestCase("is not an invite", "--relay", Relay, "--peer", "ants:" + Id + "?direct=1.2.3.4")]
    [TestCase("'bob' is not an agent id", "--listen", "--relay", Relay, "--allow", "bob")]
    [TestCase("0 to 65535 is accepted", "--listen", "--relay", Relay, "--port", "70000")]
    [TestCase("IP:PORT is accepted", "--listen", "--relay", Relay, "--port", "5000", "--advertise", "example.org:5000")]
    [TestCase("needs a fixed", "--listen", "--relay", Relay, "--advertise", "198.51.100.7:5000")]
    [TestCase("at least one relay", "--listen", "--relay-only")]
    [TestCase("--nonsense", "--listen", "--nonsense")]
    [TestCase("'line?break'", "--listen", "--relay", "line\nbreak")]
    public Task Chat_refuses(string expected, params string[] arguments) => AssertRefusedAsync(ChatProcess.Project, expected, arguments);

    [TestCase("--listen")]
    [TestCase("is not an address", "--data", "relay", "--listen", "443")]
    [TestCase("is not an address", "--data", "relay", "--listen", "localhost:443")]
    [TestCase("add --advertise HOST[:PORT]", "--data", "relay", "--listen", "0.0.0.0:0")]
    [TestCase("HOST[:PORT] is accepted", "--data", "relay", "--listen", "0.0.0.0:0", "--advertise", "a b")]
    [TestCase("--data", "--listen", "127.0.0.1:0", "--data", "/proc/nowhere")]
    public Task Relay_refuses(string expected, params string[] arguments) => AssertRefusedAsync(RelayProcess.Project, expected, arguments);

    [TestCase("port-restricted", "--nat-a", "nonsense")]
    [TestCase("--nonsense", "--nonsense")]
    public Task TwoNats_refuses(string expected, params string[] arguments) =>
        AssertRefusedAsync(["samples", "TwoNats"], expected, arguments);

    [TestCase("1 to 100 is accepted", "--runs", "0")]
    [TestCase("1 to 3600 is accepted", "--seconds", "a")]
    [TestCase("'nonsense' is not measured", "--only", "tls,nonsense")]
    [TestCase("--relay", "serve")]
    [TestCase("'nonsense' is not a relay address", "serve", "--relay", "nonsense")]
    [TestCase("--peer", "send", "--relay", Relay)]
    [TestCase("relayed, direct are accepted", "send", "--relay", Relay, "--peer", Id, "--path", "1")]
    [TestCase("1 to 100 is accepted", "send", "--relay", Relay, "--peer", Id, "--streams", "101")]
    [TestCase("two measurements", "send", "--relay", Relay, "--peer", Id, "--duplex", "--ping")]
    public Task Throughput_refuses(string expected, params string[] arguments) =>
        AssertRefusedAsync(["samples", "Throughput"], expected, arguments);

    [Test]
    public async Task A_file_that_holds_no_identity_is_refused()
    {
        await File.WriteAllTextAsync(InFolder("text.agent"), "not an identity\n");
        File.SetUnixFileMode(InFolder("text.agent"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await AssertRefusedAsync(ChatProcess.Project, "text.agent", ["--listen", "--identity", InFolder("text.agent")]);

        await File.WriteAllBytesAsync(InFolder("empty.agent"), []);
        await AssertRefusedAsync(ChatProcess.Project, "empty.agent", ["--listen", "--identity", InFolder("empty.agent")]);

        Directory.CreateDirectory(InFolder("folder.agent"));
        await AssertRefusedAsync(ChatProcess.Project, "folder.agent", ["--listen", "--identity", InFolder("folder.agent")]);
        await AssertRefusedAsync(ChatProcess.Project, "missing", ["--listen", "--identity", InFolder("missing/x.agent")]);
    }

    [Test]
    public async Task A_relays_damaged_identity_is_refused()
    {
        RelayProcess relay = await StartRelayAsync();
        relay.Program.Terminate();
        Assert.That(await relay.Program.ExitAsync(), Is.Zero);
        string file = Directory.GetFiles(InFolder("relay")).Single();
        await File.WriteAllTextAsync(file, "damaged");

        await AssertRefusedAsync(RelayProcess.Project, file, ["--listen", "127.0.0.1:0", "--data", InFolder("relay")]);
    }

    [Test]
    public async Task An_identity_that_others_can_read_is_refused()
    {
        using (await AgentIdentity.LoadOrCreateAsync(InFolder("open.agent")))
        {
            File.SetUnixFileMode(InFolder("open.agent"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }

        await AssertRefusedAsync(ChatProcess.Project, "chmod", ["--listen", "--identity", InFolder("open.agent")]);
    }

    [Test]
    public async Task A_port_that_is_taken_is_named()
    {
        using Socket taken = new(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
        taken.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;

        await AssertRefusedAsync(ChatProcess.Project, $"{port}", ["--listen", "--port", $"{port}"]);

        RelayProcess relay = await StartRelayAsync("first");
        RunningProgram second = StartProgram(
            RelayProcess.Project, "--listen", $"127.0.0.1:{relay.Address.Port}", "--data", InFolder("second"));
        Assert.That(await second.ExitAsync(), Is.EqualTo(1));
        Assert.That(second.Errors, Has.Count.EqualTo(1).And.Some.Contains($"port {relay.Address.Port} is in use"));
    }

    private async Task AssertRefusedAsync(string[] project, string expected, string[] arguments)
    {
        RunningProgram program = StartProgram(project, arguments);
        Assert.That(await program.ExitAsync(), Is.EqualTo(2), program.Transcript());
        Assert.That(program.Output, Is.Empty);
        Assert.That(program.Errors, Has.Count.EqualTo(1).And.Some.StartsWith($"{project[^1]}: ").And.Some.Contains(expected));
    }
}
