using System.Net;
using Ants.Relay;
using NUnit.Framework;

namespace Ants.Tests.Unit.Docs;

public sealed class ReadmeTests
{
    // A handshake and a round trip on one machine; more than a busy one needs.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    [Test]
    public void The_first_example_of_the_README_is_the_one_that_is_tested()
    {
        string readme = Path.Combine(Repository.Root, "README.md");
        Assert.That(FirstExample(File.ReadAllLines(readme)), Is.EqualTo(TestedExample()));
    }

    [Test]
    public async Task The_first_example_of_the_README_runs_against_a_relay()
    {
        using AgentIdentity identity = AgentIdentity.Generate();
        await using RelayServer relay = await RelayServer.StartAsync(
            new RelayOptions { Identity = identity, Listen = new IPEndPoint(IPAddress.Loopback, 0) });
        TextWriter console = Console.Out;
        using StringWriter printed = new();
        Console.SetOut(printed);
        try
        {
            await ReadmeExample.RunAsync([relay.Address.ToString()]).WaitAsync(s_limit);
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.That(printed.ToString().Trim(), Is.EqualTo("hello"));
    }

    // What stands between the marks, without the indentation that the opening mark has.
    private static string[] TestedExample()
    {
        List<string> lines = [];
        int? indentation = null;
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, "Ants.Tests", "Unit", "Docs", "ReadmeExample.cs")))
        {
            if (line.Trim() == "// README begins")
            {
                indentation = line.Length - line.TrimStart().Length;
            }
            else if (line.Trim() == "// README ends")
            {
                indentation = null;
            }
            else if (indentation is int width)
            {
                lines.Add(line.Length > width ? line[width..] : "");
            }
        }

        return [.. lines];
    }

    private static string[] FirstExample(string[] readme) =>
        [.. readme.SkipWhile(line => line != "```csharp").Skip(1).TakeWhile(line => line != "```")];
}
