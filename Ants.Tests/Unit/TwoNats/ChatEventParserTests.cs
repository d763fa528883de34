using System.Net;
using System.Text;
using Ants.Samples.Chat.Output;
using Ants.Samples.TwoNats.Staging;
using Ants.Tests.Unit.Runtime;
using NUnit.Framework;

namespace Ants.Tests.Unit.TwoNats;

/// <summary>What Chat writes and what the demo reads are one format.</summary>
public sealed class ChatEventParserTests
{
    private static readonly TimeSpan s_at = TimeSpan.FromSeconds(1);

    [Test]
    public void Reads_every_event_that_chat_writes()
    {
        AgentId id = AgentId.Parse(RelayAddressTests.Id);
        IPEndPoint remote = IPEndPoint.Parse("203.0.113.1:443");
        using MemoryStream stream = new();
        JsonOutput output = new(stream, () => TimeSpan.Zero);
        output.Ready(id, new Invite(id));
        output.Session(id);
        output.Path(new PathChange(PathKind.Relayed, remote, TimeSpan.FromMilliseconds(1.5)));
        output.Path(new PathChange(PathKind.Direct, remote, TimeSpan.Zero));
        output.Line(7, "text");
        output.Closed("reason");

        string[] lines = Encoding.UTF8.GetString(stream.ToArray()).TrimEnd('\n').Split('\n');
        Assert.That(lines.Select(line => ChatEventParser.Parse(line, s_at)), Is.EqualTo(new AgentEvent[]
        {
            new AgentEvent.Ready(s_at, id.ToString(), $"ants:{id}"),
            new AgentEvent.Session(s_at, id.ToString()),
            new AgentEvent.Path(s_at, PathKind.Relayed, remote, 1.5),
            new AgentEvent.Path(s_at, PathKind.Direct, remote, 0),
            new AgentEvent.Line(s_at, 7, "text"),
            new AgentEvent.Closed(s_at, "reason"),
        }));
    }

    [TestCase("")]
    [TestCase("Unhandled exception.")]
    [TestCase("[]")]
    [TestCase("""{"t_ms":1}""")]
    [TestCase("""{"event":"dance"}""")]
    [TestCase("""{"event":"line","seq":"1","text":"x"}""")]
    [TestCase("""{"event":"path","kind":"indirect","remote":"203.0.113.1:443","rtt_ms":1}""")]
    [TestCase("""{"event":"path","kind":"direct","remote":"nowhere","rtt_ms":1}""")]
    public void Names_a_line_that_is_no_event(string line)
    {
        Assert.That(() => ChatEventParser.Parse(line, s_at), Throws.InstanceOf<FormatException>().With.Message.Contains(line));
    }
}
