// README begins
using Ants;
// README ends

namespace Ants.Tests.Unit.Docs;

/// <summary>The README's first example as code: what stands between the marks is its text, a whole program.</summary>
internal static class ReadmeExample
{
    /// <summary>The program; its argument is a relay's address.</summary>
    public static async Task RunAsync(string[] args)
    {
        // README begins

        RelayAddress relay = RelayAddress.Parse(args[0]); // as the relay printed it: ants://relay.example/#z6Mk...
        await using AntsAgent bob = await AntsAgent.StartAsync(new AntsOptions { Identity = AgentIdentity.Generate(), Relays = { relay } });
        bob.Serve("echo/1", (stream, ct) => stream.Input.CopyToAsync(stream.Output, ct));

        await using AntsAgent alice = await AntsAgent.StartAsync(new AntsOptions { Identity = AgentIdentity.Generate(), Relays = { relay } });
        await using AntsSession session = await alice.ConnectAsync(bob.Id);      // bob's key is all that is needed
        await using AntsStream stream = await session.OpenStreamAsync("echo/1"); // an IDuplexPipe; the first bytes go over the relay
        await stream.Output.WriteAsync("hello"u8.ToArray());
        await stream.Output.CompleteAsync();
        Console.WriteLine(await new StreamReader(stream.Input.AsStream()).ReadToEndAsync());
        // README ends
    }
}
