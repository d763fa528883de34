using System.Text.Json;
using Ants.Samples.Doctor;
using Ants.Samples.Doctor.Showing;
using Ants.Tests.Unit.Runtime;
using NUnit.Framework;

namespace Ants.Tests.Unit.Doctor;

/// <summary>What samples/Doctor prints.</summary>
public sealed class ReportTests
{
    [Test]
    public void The_report_for_people_fits_one_screen()
    {
        string text = ReportText.Write(new Examination(Reports.PortRestricted, Reports.Relayed, null));
        Assert.That(text.TrimEnd().ReplaceLineEndings("\n"), Is.EqualTo($"""
            UDP           passes
            IPv4          10.1.0.10 port 41641, seen from outside as 203.0.113.1:41641
                          port-restricted NAT: mapping endpoint-independent (at least), filtering address- and
                          port-dependent
                          ports preserved, no hairpinning, mappings live 25 s or longer
            IPv6          no address
            Port mapping  router 10.1.0.1: PCP no answer
            Relays        198.51.100.1:443 by UDP, 12.3 ms, packets up to 1,500 bytes

            Peers         Most peers reach it.

            Peer          {RelayAddressTests.Id}
                          relayed 198.51.100.1:443, 25.0 ms
            Plan          none: ports cannot be foretold
            Tried         server-reflexive 203.0.113.9:5000: 16 probes, no answer
            Why           Relayed because the ports cannot be foretold, which takes so many words to explain
                          that the line has to be broken somewhere.
            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void The_JSON_holds_what_the_text_says()
    {
        using JsonDocument json = JsonDocument.Parse(ReportJson.Write(new Examination(Reports.PortRestricted, Reports.Relayed, null)));
        JsonElement network = json.RootElement.GetProperty("network"), peer = json.RootElement.GetProperty("peer");
        JsonElement nat = network.GetProperty("families")[0].GetProperty("nat");

        Assert.That(nat.GetProperty("name").GetString(), Is.EqualTo("port-restricted NAT"));
        Assert.That(nat.GetProperty("binding_lifetime_ms").GetDouble(), Is.EqualTo(25_000));
        Assert.That(network.GetProperty("families")[1].GetProperty("nat").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(network.GetProperty("relays")[0].GetProperty("mtu").GetInt32(), Is.EqualTo(1500));
        Assert.That(peer.GetProperty("path").GetString(), Is.EqualTo("relayed"));
        Assert.That(peer.GetProperty("tried")[0].GetProperty("probes").GetInt32(), Is.EqualTo(16));
        Assert.That(peer.GetProperty("reason").GetString(), Is.EqualTo("Unforeseeable"));
    }

    [Test]
    public void A_peer_that_could_not_be_reached_is_told_in_both()
    {
        Examination examination = new(Reports.PortRestricted, null, "No relay knows the peer.");
        Assert.That(ReportText.Write(examination), Does.Contain("Peer          No relay knows the peer."));
        Assert.That(ReportJson.Write(examination), Does.Contain("\"problem\": \"No relay knows the peer.\""));
    }

    [TestCase("--relay", "nonsense", "nonsense")]
    [TestCase("--peer", "nonsense", "nonsense")]
    [TestCase("--seconds", "0", "1 to 600")]
    [TestCase("--port", "70000", "0 to 65535")]
    public void Bad_input_is_refused_with_what_is_accepted(string option, string value, string told)
    {
        string errors = string.Join(" ", new DoctorCommand().Create(_ => Task.FromResult(0), _ => 2).Parse([option, value]).Errors.Select(e => e.Message));
        Assert.That(errors, Does.Contain(told));
    }

    [Test]
    public async Task Without_anybody_to_ask_it_says_what_is_missing()
    {
        string? told = null;
        int Refuse(string problem)
        {
            told = problem;
            return 2;
        }

        Assert.That(await new DoctorCommand().Create(_ => Task.FromResult(0), Refuse).Parse([]).InvokeAsync(), Is.EqualTo(2));
        Assert.That(told, Does.Contain("--relay").And.Contain("--peer"));
    }
}
