using System.Net;
using System.Text;
using Ants.Samples.Chat.Output;
using Ants.Tests.Unit.Doctor;
using Ants.Tests.Unit.Runtime;
using NUnit.Framework;

namespace Ants.Tests.Unit.Chat;

public sealed class ChatOutputTests
{
    private static readonly AgentId s_id = AgentId.Parse(RelayAddressTests.Id);

    [Test]
    public void Json_events_are_one_object_per_line_as_documented()
    {
        using MemoryStream stream = new();
        JsonOutput output = new(stream, () => TimeSpan.FromMilliseconds(12.9));
        output.Ready(s_id, new Invite(s_id));
        output.Session(s_id);
        output.Path(new PathChange(PathKind.Relayed, IPEndPoint.Parse("203.0.113.1:443"), TimeSpan.FromMilliseconds(1.234)));
        output.Path(new PathChange(PathKind.Direct, IPEndPoint.Parse("[2001:db8::7]:41641"), TimeSpan.Zero));
        output.Line(1, "say \"grüße\"\u0007 <b>\n🐜");
        output.Closed("end of input");

        Assert.That(Encoding.UTF8.GetString(stream.ToArray()).TrimEnd('\n').Split('\n'), Is.EqualTo(new[]
        {
            $$"""{"event":"ready","t_ms":12,"agent":"{{s_id}}","invite":"ants:{{s_id}}"}""",
            $$"""{"event":"session","t_ms":12,"peer":"{{s_id}}"}""",
            """{"event":"path","t_ms":12,"kind":"relayed","remote":"203.0.113.1:443","rtt_ms":1.23}""",
            """{"event":"path","t_ms":12,"kind":"direct","remote":"[2001:db8::7]:41641","rtt_ms":0}""",
            """{"event":"line","t_ms":12,"seq":1,"text":"say \"grüße\"\u0007 <b>\n\uD83D\uDC1C"}""",
            """{"event":"closed","t_ms":12,"reason":"end of input"}""",
        }));
    }

    [Test]
    public void What_the_agent_finds_out_of_its_network_is_an_event_and_why_a_session_is_relayed_another()
    {
        using MemoryStream stream = new();
        JsonOutput output = new(stream, () => TimeSpan.FromMilliseconds(7));
        output.Network(Reports.PortRestricted);
        output.Relayed("Relayed because.");

        Assert.That(Encoding.UTF8.GetString(stream.ToArray()).TrimEnd('\n').Split('\n'), Is.EqualTo(new[]
        {
            """{"event":"network","t_ms":7,"udp":"Open","families":[{"family":"IPv4","nat":"port-restricted NAT","host":["10.1.0.10"],"public":["203.0.113.1:41641"]},"""
                + """{"family":"IPv6","nat":null,"host":[],"public":[]}],"mapped":[],"explanation":"Most peers reach it."}""",
            """{"event":"relayed","t_ms":7,"why":"Relayed because."}""",
        }));
    }

    [Test]
    public void A_failed_call_is_a_last_json_event_too()
    {
        using MemoryStream stream = new();
        new JsonOutput(stream, () => TimeSpan.Zero).NotConnected("busy");

        Assert.That(Encoding.UTF8.GetString(stream.ToArray()), Is.EqualTo("""{"event":"closed","t_ms":0,"reason":"busy"}""" + "\n"));
    }

    [Test]
    public void Plain_output_holds_the_peers_lines_alone_and_notes_go_elsewhere()
    {
        using StringWriter lines = new();
        using StringWriter notes = new();
        PlainOutput output = new(lines, notes, linesGoToTerminal: false);
        output.Ready(s_id, new Invite(s_id));
        output.Session(s_id);
        output.Line(1, "hello\u001b[2J");
        output.Closed("end of input");

        Assert.Multiple(() =>
        {
            Assert.That(lines.ToString(), Is.EqualTo("hello\u001b[2J" + Environment.NewLine));
            Assert.That(notes.ToString(), Does.Contain(s_id.ToString()).And.Contain("closed: end of input"));
        });
    }

    [Test]
    public void A_peer_cannot_control_the_terminal()
    {
        using StringWriter lines = new();
        using StringWriter notes = new();
        PlainOutput output = new(lines, notes, linesGoToTerminal: true);
        output.Line(1, "a\u001b[2J\u009b\tb");
        output.Closed("bye\u001b]0;x\u0007");

        Assert.Multiple(() =>
        {
            Assert.That(lines.ToString(), Is.EqualTo("a\uFFFD[2J\uFFFD\tb" + Environment.NewLine));
            Assert.That(notes.ToString(), Does.Not.Contain('\u001b').And.Not.Contain('\u0007'));
        });
    }
}
