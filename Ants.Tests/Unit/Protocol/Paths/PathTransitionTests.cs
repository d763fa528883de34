using System.Runtime.CompilerServices;
using System.Text;
using Ants.Protocol.Paths;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Paths;

public class PathTransitionTests
{
    [Test]
    public void Every_pair_of_state_and_trigger_is_as_the_checked_in_table_says()
    {
        StringBuilder table = new();
        foreach (PathState state in Enum.GetValues<PathState>())
        {
            foreach (PathTrigger trigger in Enum.GetValues<PathTrigger>())
            {
                PathState next = PathTransitions.Next(state, trigger);
                table.Append(System.Globalization.CultureInfo.InvariantCulture, $"{state,-10} + {trigger,-10} = {(next == state ? "-" : next)}\n");
            }
        }

        TestContext.Out.Write(table);
        Assert.That(File.ReadAllText(TableFile()).ReplaceLineEndings("\n"), Is.EqualTo(table.ToString()));
    }

    private static string TableFile([CallerFilePath] string source = "") =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(source)!, "transitions.txt");
}
