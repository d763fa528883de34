using System.Diagnostics;
using System.Net;
using System.Text;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

/// <summary>What routers, and those who play one, write in XML.</summary>
public sealed class UpnpXmlTests
{
    private static readonly IPEndPoint s_source = IPEndPoint.Parse("10.1.0.1:34547");

    [Test]
    public void The_description_of_miniupnpd_is_read()
    {
        IgdService mapper = Read(MappingSamples.Description).Single();
        Assert.That(mapper, Is.EqualTo(new IgdService("urn:schemas-upnp-org:service:WANIPConnection:2", 2, new RouterUrl(s_source, "/ctl/IPConn"))));
        IgdService firewall = Read(MappingSamples.Description, isPinhole: true).Single();
        Assert.That((firewall.Version, firewall.Control.Path), Is.EqualTo((1, "/ctl/IP6FCtl")));
    }

    [Test]
    public void The_newest_IP_connection_comes_first_and_PPP_last()
    {
        string all = Root(Service("WANPPPConnection:1", "/ppp"), Service("WANIPConnection:1", "/ip1"), Service("WANIPConnection:2", "/ip2"));
        Assert.That(Read(all).Select(service => service.Control.Path), Is.EqualTo(new[] { "/ip2", "/ip1", "/ppp" }));
    }

    [TestCase("http://10.1.0.1:80/x", "10.1.0.1:80", "/x")]
    [TestCase("http://10.1.0.1:81/x?y=1", "10.1.0.1:81", "/x?y=1")]
    [TestCase("x/y", "10.1.0.1:34547", "/x/y")]
    [TestCase(" /x ", "10.1.0.1:34547", "/x")]
    public void A_control_address_may_be_absolute_or_a_path(string written, string host, string path) =>
        Assert.That(Read(Root(Service("WANIPConnection:1", written))).Single().Control, Is.EqualTo(new RouterUrl(IPEndPoint.Parse(host), path)));

    [TestCase("http://10.1.0.2:80/x")]
    [TestCase("http://203.0.113.9/x")]
    [TestCase("http://router.local/x")]
    [TestCase("http://10.1.0.1.evil.example/x")]
    [TestCase("http://a:b@10.1.0.1/x")]
    [TestCase("https://10.1.0.1/x")]
    [TestCase("file:///etc/passwd")]
    [TestCase("/x\r\nEvil: yes")]
    [TestCase("/a b")]
    [TestCase("")]
    public void A_control_address_at_another_host_or_of_another_kind_is_none(string written) =>
        Assert.That(Read(Root(Service("WANIPConnection:1", written.Replace("\r\n", "&#13;&#10;", StringComparison.Ordinal)))), Is.Empty);

    [Test]
    public void A_base_counts_unless_it_is_another_host_s()
    {
        string Based(string url) => Root($"<URLBase>{url}</URLBase>", Service("WANIPConnection:1", "/x"));
        Assert.That(Read(Based("http://10.1.0.1:49000/")).Single().Control.Host.Port, Is.EqualTo(49000));
        Assert.That(Read(Based("http://10.9.9.9:49000/")).Single().Control.Host, Is.EqualTo(s_source));
    }

    [Test]
    public void Of_services_without_number_four_are_kept() =>
        Assert.That(Read(Root([.. Enumerable.Range(0, 500).Select(i => Service("WANIPConnection:1", $"/{i}"))])), Has.Count.EqualTo(4));

    [Test]
    public void Bombs_and_references_are_not_read()
    {
        const string Bomb = """
            <?xml version="1.0"?><!DOCTYPE root [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
            <!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]><root><service><controlURL>&e;</controlURL></service></root>
            """;
        const string Outside = """<!DOCTYPE root [<!ENTITY a SYSTEM "file:///etc/passwd">]><root><service><controlURL>&a;</controlURL></service></root>""";
        foreach (string xml in (string[])[Bomb, Outside])
        {
            List<string> seen = [];
            Assert.That(UpnpXml.Read(Encoding.UTF8.GetBytes(xml), (name, _) => seen.Add(name)), Is.False);
            Assert.That(seen, Is.Empty);
        }
    }

    [Test]
    public void A_document_that_nests_without_end_or_is_huge_costs_little()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long begun = Stopwatch.GetTimestamp();
        string deep = string.Concat(Enumerable.Repeat("<a>", 40_000));
        string wide = "<root>" + string.Concat(Enumerable.Repeat("<a b='c'>d</a>", 9_000)) + "</root>";
        string text = $"<root><a>{new string('x', HttpAnswerReader.MostBytes)}</a></root>";
        Assert.That(UpnpXml.Read(Encoding.UTF8.GetBytes(deep), (_, _) => { }), Is.False);
        Assert.That(UpnpXml.Read(Encoding.UTF8.GetBytes(wide), (_, _) => { }));
        Assert.That(UpnpXml.Read(Encoding.UTF8.GetBytes(text), (_, told) => Assert.That(told, Has.Length.LessThanOrEqualTo(1024))), Is.False, "longer than is read");
        TestContext.Out.WriteLine($"{(GC.GetAllocatedBytesForCurrentThread() - before) / 1024} KB, {Stopwatch.GetElapsedTime(begun).TotalMilliseconds:0} ms");
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(16 * 1024 * 1024));
    }

    [TestCase("\uFEFF<?xml version='1.0'?><root><a>1</a></root>\0\0\0", TestName = "With a mark before and zeros behind")]
    [TestCase("\r\n  <?xml version='1.0' encoding='iso-8859-17'?><root><a>1</a></root>", TestName = "With blanks before and an encoding that there is not")]
    [TestCase("<root xmlns='urn:x' xmlns:y='urn:z'><y:a>1</y:a></root> trailing", TestName = "With other namespaces and words behind")]
    [TestCase("<root><a><![CDATA[1]]></a></root>", TestName = "With CDATA")]
    public void What_routers_get_wrong_does_not_matter(string xml)
    {
        List<(string, string)> seen = [];
        Assert.That(UpnpXml.Read(Encoding.UTF8.GetBytes(xml), (name, text) => seen.Add((name, text))));
        Assert.That(seen, Does.Contain(("a", "1")));
    }

    [Test]
    public void Answers_of_services_are_read()
    {
        SoapAnswer address = SoapAnswer.Read(MappingSamples.Answer(MappingSamples.Soap("<NewExternalIPAddress>11.0.113.100</NewExternalIPAddress>")));
        Assert.That((address.Error, address["newexternalipaddress"]), Is.EqualTo((SoapAnswer.NoError, "11.0.113.100")));
        Assert.That(SoapAnswer.Read(MappingSamples.Answer(MappingSamples.Fault(714), 500)).Error, Is.EqualTo(714));
        Assert.That(SoapAnswer.Read(MappingSamples.Answer(MappingSamples.Fault(725))).Error, Is.EqualTo(725), "a fault with status 200");
        Assert.That(SoapAnswer.Read(MappingSamples.Answer("<html>Not Found</html>", 404)).Error, Is.EqualTo(SoapAnswer.Unreadable));
        Assert.That(SoapAnswer.Read(MappingSamples.Answer(MappingSamples.Soap("<a>")[..^60])).Error, Is.EqualTo(SoapAnswer.Unreadable));
        Assert.That(SoapAnswer.Read(null).Error, Is.EqualTo(SoapAnswer.Unreadable));
    }

    private static string Root(params string[] parts) => $"<root>{string.Concat(parts)}</root>";

    private static string Service(string type, string control) =>
        $"<service><serviceType>urn:schemas-upnp-org:service:{type}</serviceType><controlURL>{control}</controlURL></service>";

    private static IReadOnlyList<IgdService> Read(string xml, bool isPinhole = false)
    {
        Assert.That(IgdService.TryReadAll(Encoding.UTF8.GetBytes(xml), s_source, isPinhole, out IReadOnlyList<IgdService>? services));
        return services!;
    }
}
