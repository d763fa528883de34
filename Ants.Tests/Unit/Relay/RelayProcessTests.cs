using System.Diagnostics;
using System.Runtime.Versioning;
using Ants.Testing.Lab;
using NUnit.Framework;

namespace Ants.Tests.Unit.Relay;

/// <summary>The executable, as an operator meets it.</summary>
[Platform(Exclude = "Win", Reason = "Signals and file modes are Unix's.")]
[UnsupportedOSPlatform("windows")]
public sealed class RelayProcessTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private DirectoryInfo _folder = null!;

    private string Folder => Path.Combine(_folder.FullName, "data");

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("ants-relay-");

    [TearDown]
    public void RemoveFolder() => _folder.Delete(recursive: true);

    [TestCase(UnixSignal.Terminate)]
    [TestCase(UnixSignal.Interrupt)]
    public async Task It_prints_its_address_first_and_stops_in_order_at_a_signal(int signal)
    {
        using Process relay = Start("--listen", "127.0.0.1:0", "--data", Folder);
        string line = await FirstLineAsync(relay);
        Assert.That(RelayAddress.TryParse(line, out RelayAddress? address), line);
        Assert.That(address!.Host, Is.EqualTo("127.0.0.1"));
        Assert.That(address.Id, Is.Not.Null);

        Assert.That(UnixSignal.Send(relay.Id, signal));
        (int code, string rest, string errors) = await EndAsync(relay);
        Assert.That(code, Is.Zero, errors);
        Assert.That(rest, Is.Empty);
        Assert.That(errors, Does.Contain("Relay stopped"));
    }

    [Test]
    public async Task It_keeps_its_identity_for_its_owner_alone()
    {
        RelayAddress first = await RunOnceAsync();
        RelayAddress second = await RunOnceAsync();
        Assert.That(second.Id, Is.EqualTo(first.Id));
        string file = Directory.GetFiles(Folder).Single();
        Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public async Task A_wildcard_is_refused_without_a_name_and_served_with_one()
    {
        (int code, string output, string errors) = await EndAsync(Start("--listen", "0.0.0.0:0", "--data", Folder));
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(errors.TrimEnd(), Does.Contain("--advertise HOST[:PORT]").And.Not.Contain("\n"));

        using Process relay = Start("--listen", "0.0.0.0:0", "--data", Folder, "--advertise", "relay.example");
        Assert.That(await FirstLineAsync(relay), Does.Match(@"^ants://relay\.example:\d+/#z6Mk\w+$"));
        UnixSignal.Send(relay.Id, UnixSignal.Terminate);
        Assert.That((await EndAsync(relay)).Code, Is.Zero);
    }

    [Test]
    public async Task A_damaged_identity_file_is_said_in_one_line()
    {
        await RunOnceAsync();
        await File.WriteAllTextAsync(Directory.GetFiles(Folder).Single(), "not an identity");
        (int code, string output, string errors) = await EndAsync(Start("--listen", "127.0.0.1:0", "--data", Folder));
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(errors.TrimEnd(), Does.Contain("identity").And.Not.Contain("\n"));
    }

    [Test]
    public async Task A_second_relay_on_the_same_folder_is_refused()
    {
        using Process relay = Start("--listen", "127.0.0.1:0", "--data", Folder);
        await FirstLineAsync(relay);
        (int code, _, string errors) = await EndAsync(Start("--listen", "127.0.0.1:0", "--data", Folder));
        Assert.That(code, Is.EqualTo(1));
        Assert.That(errors.TrimEnd(), Does.Contain("in use").And.Not.Contain("\n"));
        UnixSignal.Send(relay.Id, UnixSignal.Terminate);
        Assert.That((await EndAsync(relay)).Code, Is.Zero);
    }

    [Test]
    public async Task A_relay_that_runs_on_a_folder_is_drained_by_that_folder()
    {
        using Process relay = Start("--listen", "127.0.0.1:0", "--data", Folder);
        await FirstLineAsync(relay);
        using Process drain = Start("--drain", "--data", Folder);
        (int code, string output, string errors) = await EndAsync(drain);
        Assert.That((code, output, errors), Is.EqualTo((0, "", "")));
        Assert.That(relay.HasExited);
        (code, _, errors) = await EndAsync(relay);
        Assert.That(code, Is.Zero);
        Assert.That(errors, Does.Contain("Drained").And.Contain("Relay stopped"));

        // What a killed relay leaves behind names a process that is another one by now.
        await File.WriteAllTextAsync(Path.Combine(Folder, "relay.pid"), $"{Environment.ProcessId}");
        (code, _, errors) = await EndAsync(Start("--drain", "--data", Folder));
        Assert.That((code, errors.TrimEnd()), Is.EqualTo((1, $"Ants.Relay: No relay runs on --data '{Folder}'.")));
    }

    private async Task<RelayAddress> RunOnceAsync()
    {
        using Process relay = Start("--listen", "127.0.0.1:0", "--data", Folder);
        RelayAddress address = RelayAddress.Parse(await FirstLineAsync(relay));
        UnixSignal.Send(relay.Id, UnixSignal.Terminate);
        await EndAsync(relay);
        return address;
    }

    private static Process Start(params string[] arguments)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "Ants.Relay"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    private static async Task<string> FirstLineAsync(Process process)
    {
        using CancellationTokenSource limit = new(s_limit);
        return await process.StandardOutput.ReadLineAsync(limit.Token) ?? await process.StandardError.ReadToEndAsync(limit.Token);
    }

    private static async Task<(int Code, string Output, string Errors)> EndAsync(Process process)
    {
        using CancellationTokenSource limit = new(s_limit);
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        return (process.ExitCode, await output, await errors);
    }
}
