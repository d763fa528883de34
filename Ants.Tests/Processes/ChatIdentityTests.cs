using System.Runtime.Versioning;
using NUnit.Framework;

namespace Ants.Tests.Processes;

/// <summary>A chat's identity file.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ChatIdentityTests : ProcessFixture
{
    [Test]
    public async Task It_is_created_for_its_owner_alone_and_keeps_the_agents_name()
    {
        string first = await NameOfAsync();
        Assert.That(File.GetUnixFileMode(InFolder("my.agent")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        byte[] content = await File.ReadAllBytesAsync(InFolder("my.agent"));

        Assert.That(await NameOfAsync(), Is.EqualTo(first));
        Assert.That(await File.ReadAllBytesAsync(InFolder("my.agent")), Is.EqualTo(content));
    }

    [Test]
    public async Task It_is_locked_while_a_chat_uses_it_and_free_when_that_one_was_killed()
    {
        ChatProcess chat = StartChat("--listen", "--identity", InFolder("my.agent"));
        await chat.EventAsync("ready");

        RunningProgram second = StartProgram(ChatProcess.Project, "--listen", "--identity", InFolder("my.agent"));
        Assert.That(await second.ExitAsync(), Is.EqualTo(2));
        Assert.That(second.Errors, Has.Count.EqualTo(1).And.Some.Contains("my.agent"));

        await chat.Program.KillAsync();
        await NameOfAsync();
    }

    private async Task<string> NameOfAsync()
    {
        ChatProcess chat = StartChat("--listen", "--identity", InFolder("my.agent"));
        string name = (await chat.EventAsync("ready")).Text("agent");
        chat.Program.Terminate();
        Assert.That(await chat.Program.ExitAsync(), Is.Zero);
        return name;
    }
}
