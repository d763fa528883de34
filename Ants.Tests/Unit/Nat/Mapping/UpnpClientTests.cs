using System.Net;
using System.Text;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

/// <summary>UPnP with one router, request by request: what is asked, in which order, and what becomes of what routers say.</summary>
public sealed class UpnpClientTests
{
    private readonly Dictionary<string, Queue<object>> _answers = [];
    private readonly List<string> _requests = [];

    [SetUp]
    public void Forget()
    {
        _answers.Clear();
        _requests.Clear();
    }

    [Test]
    public void A_gateway_of_version_2_chooses_the_port()
    {
        Given("AddAnyPortMapping", "<NewReservedPort>41007</NewReservedPort>");
        ScriptedMapper mapper = Found();
        Assert.That(mapper.Calls, Is.EqualTo(new[] { "/rootDesc.xml", "GetStatusInfo", "GetExternalIPAddress", "AddAnyPortMapping" }));
        Assert.That(mapper.Mapper.Mapping!.External, Is.EqualTo(new IPEndPoint(MappingSamples.External.Address, 41007)));
        Assert.That(_requests[^1], Does.Contain("<NewLeaseDuration>600</NewLeaseDuration>").And.Contain("<NewInternalClient>10.1.0.10</NewInternalClient>"));
    }

    [Test]
    public void The_search_goes_to_the_router_and_to_the_group_four_times()
    {
        ScriptedMapper mapper = new(PortMappingProtocols.Upnp);
        mapper.Begin();
        mapper.Pass(10);
        Assert.That(mapper.Sent.Select(sent => sent.To.ToString()).Distinct(), Is.EqualTo(new[] { "10.1.0.1:1900", "239.255.255.250:1900" }));
        Assert.That(mapper.Sent, Has.Count.EqualTo(8));
        Assert.That(Encoding.ASCII.GetString(mapper.Sent[0].Bytes), Is.EqualTo(
            "M-SEARCH * HTTP/1.1\r\nHOST: 10.1.0.1:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n"));
        Assert.That(mapper.Outcome, Is.EqualTo(PortMappingOutcome.NoAnswer));
    }

    [TestCase("203.0.113.9", "http://203.0.113.9/d.xml", TestName = "From outside of the local network")]
    [TestCase("10.2.0.1", "http://10.1.0.1/d.xml", TestName = "From another network, in the router's name")]
    [TestCase("10.1.0.1", "http://10.1.0.66/d.xml", TestName = "From the router, with another host's address")]
    [TestCase("10.1.0.66", "http://10.1.0.1/d.xml", TestName = "From a neighbour, with the router's address")]
    [TestCase("10.1.0.1", "http://router.local/d.xml", TestName = "With a name")]
    [TestCase("10.1.0.1", "ftp://10.1.0.1/d.xml", TestName = "With another protocol")]
    public void Answers_to_the_search_that_lead_elsewhere_are_ignored(string from, string location)
    {
        ScriptedMapper mapper = new(PortMappingProtocols.Upnp) { Http = Play };
        mapper.Begin();
        mapper.Hear(Ssdp(location), new IPEndPoint(IPAddress.Parse(from), 1900));
        mapper.Pass(10);
        Assert.That(mapper.Calls, Is.Empty);
        Assert.That(mapper.Outcome, Is.EqualTo(PortMappingOutcome.NoAnswer));
    }

    [Test]
    public void A_neighbour_is_heard_out_only_when_the_router_stays_silent_and_a_crowd_of_them_keeps_nobody_from_the_router()
    {
        Given("AddAnyPortMapping", "<NewReservedPort>41000</NewReservedPort>");
        ScriptedMapper mapper = new(PortMappingProtocols.Upnp) { Http = Play };
        mapper.Begin();
        for (int i = 0; i < 200; i++)
        {
            mapper.Hear(Ssdp($"http://10.1.0.{20 + (i % 100)}:{1000 + i}/d.xml"), new IPEndPoint(new IPAddress([10, 1, 0, (byte)(20 + (i % 100))]), 1900));
        }

        Assert.That(mapper.Calls, Is.Empty);
        mapper.Hear(MappingSamples.SsdpFound, MappingSamples.Ssdp);
        Assert.That(mapper.Calls[0], Is.EqualTo("/rootDesc.xml"));
        mapper.Pass(1);
        Assert.That(mapper.Mapper.Mapping, Is.Not.Null);
    }

    [Test]
    public void When_only_permanent_leases_are_given_725_the_agent_s_own_second_port_is_taken_for_good()
    {
        Given("AddAnyPortMapping", 725);
        ScriptedMapper mapper = Found();
        Assert.That(_requests[^1], Does.Contain("<NewLeaseDuration>0</NewLeaseDuration>").And.Contain("<NewExternalPort>51000</NewExternalPort>"));
        Assert.That((mapper.Mapper.Mapping!.External.Port, mapper.Mapper.Mapping.Lifetime), Is.EqualTo((51000, TimeSpan.Zero)));
        mapper.Release();
        Assert.That(mapper.Calls[^1], Is.EqualTo("DeletePortMapping"));
        Assert.That(mapper.Mapper.IsReleased);
    }

    [Test]
    public void A_port_that_is_taken_718_is_followed_by_others_four_in_all()
    {
        Given("AddAnyPortMapping", 401);
        Given("AddPortMapping", 718, 718, "");
        ScriptedMapper mapper = Found();
        Assert.That(_requests.Where(request => request.Contains("#AddPortMapping", StringComparison.Ordinal)).Select(PortOf), Is.EqualTo(new[] { 41000, 51000, 51001 }));
        Assert.That(mapper.Mapper.Mapping!.External.Port, Is.EqualTo(51001));
    }

    [Test]
    public void A_router_that_has_every_port_taken_is_believed_at_the_fourth()
    {
        Given("AddAnyPortMapping", 401);
        Given("AddPortMapping", 718, 718, 718, 718, "");
        ScriptedMapper mapper = Found();
        mapper.Pass(5);
        Assert.That((mapper.Outcome, mapper.Detail), Is.EqualTo((PortMappingOutcome.Refused, "the ports asked for are taken (718)")));
    }

    [TestCase(402)]
    [TestCase(501)]
    public void A_router_that_minds_the_lease_without_saying_so_gets_none(int error)
    {
        Given("AddAnyPortMapping", error);
        Assert.That(Found().Mapper.Mapping!.Lifetime, Is.EqualTo(TimeSpan.Zero));
    }

    [TestCase(606, "not authorized (606)")]
    [TestCase(726, "only wildcards (726)")]
    [TestCase(727, "only wildcards (727)")]
    [TestCase(728, "no port is left (728)")]
    [TestCase(724, "only the same port outside as inside (724)")]
    public void Other_errors_are_refusals_and_are_explained(int error, string explanation)
    {
        Given("AddAnyPortMapping", error);
        ScriptedMapper mapper = Found();
        mapper.Pass(5);
        Assert.That((mapper.Outcome, mapper.Detail), Is.EqualTo((PortMappingOutcome.Refused, explanation)));
    }

    [TestCase("0.0.0.0")]
    [TestCase("")]
    [TestCase("::1")]
    [TestCase("not an address")]
    [TestCase("224.0.0.1")]
    public void An_external_address_that_nobody_can_have_is_nonsense(string address)
    {
        Given("GetExternalIPAddress", $"<NewExternalIPAddress>{address}</NewExternalIPAddress>");
        ScriptedMapper mapper = Found();
        mapper.Pass(5);
        Assert.That(mapper.Outcome, Is.EqualTo(PortMappingOutcome.Nonsense));
        Assert.That(mapper.Calls, Has.None.StartsWith("Add"));
    }

    [TestCase("<NewReservedPort>0</NewReservedPort>")]
    [TestCase("<NewReservedPort>99999</NewReservedPort>")]
    [TestCase("<NewReservedPort>x</NewReservedPort>")]
    [TestCase("")]
    public void A_port_that_there_is_not_is_nonsense(string port)
    {
        Given("AddAnyPortMapping", port);
        ScriptedMapper mapper = Found();
        mapper.Pass(5);
        Assert.That(mapper.Outcome, Is.EqualTo(PortMappingOutcome.Nonsense));
    }

    [Test]
    public void A_renewal_looks_whether_the_mapping_is_there_and_makes_it_again()
    {
        Given("AddAnyPortMapping", "<NewReservedPort>41000</NewReservedPort>");
        ScriptedMapper mapper = Found();
        Given("GetSpecificPortMappingEntry", "<NewInternalPort>41000</NewInternalPort><NewInternalClient>10.1.0.10</NewInternalClient>", 714);
        mapper.Pass(301);
        mapper.Pass(300);
        Assert.That(mapper.Events(), Is.EqualTo(new[] { MappingEventKind.Mapped, MappingEventKind.Renewed, MappingEventKind.Recreated }));
        Assert.That(mapper.Calls[4..7], Is.EqualTo(new[] { "GetSpecificPortMappingEntry", "GetExternalIPAddress", "AddPortMapping" }));
    }

    [Test]
    public void A_router_that_does_not_let_us_renew_our_own_mapping_is_had_to_delete_it_first()
    {
        Given("AddAnyPortMapping", "<NewReservedPort>41000</NewReservedPort>");
        ScriptedMapper mapper = Found();
        Given("GetSpecificPortMappingEntry", "<NewInternalPort>41000</NewInternalPort><NewInternalClient>10.1.0.10</NewInternalClient>");
        Given("AddPortMapping", 718, "");
        mapper.Pass(301);
        Assert.That(mapper.Calls[^3..], Is.EqualTo(new[] { "AddPortMapping", "DeletePortMapping", "AddPortMapping" }));
        Assert.That(mapper.Mapper.Mapping!.External.Port, Is.EqualTo(41000));
    }

    [Test]
    public void A_router_that_listens_elsewhere_after_its_restart_is_searched_again_while_the_mapping_is_held()
    {
        Given("AddAnyPortMapping", "<NewReservedPort>41000</NewReservedPort>");
        ScriptedMapper mapper = Found();
        mapper.Http = request => request.Contains("Host: 10.1.0.1:34547", StringComparison.Ordinal) ? null : Play(request);
        mapper.Pass(300.1);
        Assert.That(mapper.Mapper.IsListening);
        Assert.That(mapper.Mapper.Mapping, Is.Not.Null);
        Given("GetSpecificPortMappingEntry", 714);
        mapper.Hear(Ssdp("http://10.1.0.1:40000/new.xml"), MappingSamples.Ssdp);
        Assert.That(mapper.Events(), Is.EqualTo(new[] { MappingEventKind.Mapped, MappingEventKind.Recreated }));
        Assert.That(_requests[^1], Does.Contain("Host: 10.1.0.1:40000"));
    }

    [Test]
    public void A_router_that_answers_nothing_loses_the_mapping_when_its_time_has_passed()
    {
        Given("AddAnyPortMapping", "<NewReservedPort>41000</NewReservedPort>");
        ScriptedMapper mapper = Found();
        mapper.Http = _ => null;
        mapper.Pass(599);
        Assert.That(mapper.Mapper.Mapping, Is.Not.Null);
        mapper.Pass(2);
        Assert.That(mapper.Events(), Is.EqualTo(new[] { MappingEventKind.Mapped, MappingEventKind.Lost }));
    }

    [Test]
    public void A_service_that_is_not_connected_gives_way_to_the_next()
    {
        Given("/rootDesc.xml", "<root><service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType><controlURL>/ip</controlURL></service>"
            + "<service><serviceType>urn:schemas-upnp-org:service:WANPPPConnection:1</serviceType><controlURL>/ppp</controlURL></service></root>");
        Given("GetStatusInfo", "<NewConnectionStatus>Disconnected</NewConnectionStatus>", "<NewConnectionStatus>Connected</NewConnectionStatus>");
        ScriptedMapper mapper = Found();
        Assert.That(mapper.Mapper.Mapping, Is.Not.Null);
        Assert.That(_requests[^1], Does.StartWith("POST /ppp ").And.Contain("WANPPPConnection:1#AddPortMapping"));
    }

    [Test]
    public void A_gateway_that_maps_nothing_is_told_from_one_whose_description_cannot_be_read()
    {
        Given("/rootDesc.xml", "<root></root>");
        ScriptedMapper mapper = Found();
        mapper.Pass(5);
        Assert.That(mapper.Outcome, Is.EqualTo(PortMappingOutcome.Unsupported));

        Forget();
        Given("/rootDesc.xml", "<root><unfinished>");
        mapper = Found();
        mapper.Pass(5);
        Assert.That(mapper.Outcome, Is.EqualTo(PortMappingOutcome.Nonsense));
    }

    private static byte[] Ssdp(string location) => MappingSamples.Ascii(
        $"HTTP/1.1 200 OK\nst: urn:schemas-upnp-org:device:InternetGatewayDevice:2\nlocation: {location}\n\n");

    private static int PortOf(string request)
    {
        int begin = request.IndexOf("<NewExternalPort>", StringComparison.Ordinal) + "<NewExternalPort>".Length;
        return int.Parse(request[begin..request.IndexOf('<', begin)], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>What the router answers to an action from now on, one after the other: values, or an error.</summary>
    private void Given(string action, params object[] answers) => _answers[action] = new Queue<object>(answers);

    /// <summary>A client that has found its router, as far as it came without waiting.</summary>
    private ScriptedMapper Found()
    {
        ScriptedMapper mapper = new(PortMappingProtocols.Upnp) { Http = Play };
        mapper.Begin();
        mapper.Hear(MappingSamples.SsdpFound, MappingSamples.Ssdp);
        return mapper;
    }

    private HttpAnswer? Play(string request)
    {
        _requests.Add(request);
        int hash = request.IndexOf('#', StringComparison.Ordinal);
        string action = hash < 0 ? request.Split(' ')[1] : request[(hash + 1)..request.IndexOf('"', hash)];
        object answer = _answers.TryGetValue(action, out Queue<object>? given) && given.Count > 0 ? given.Dequeue()
            : action switch
            {
                "GetStatusInfo" => "<NewConnectionStatus>Connected</NewConnectionStatus>",
                "GetExternalIPAddress" => "<NewExternalIPAddress>11.0.113.100</NewExternalIPAddress>",
                _ => "",
            };
        return hash < 0 ? MappingSamples.Answer(answer is "" ? MappingSamples.Description : (string)answer)
            : answer is int error ? MappingSamples.Answer(MappingSamples.Fault(error), 500)
            : MappingSamples.Answer(MappingSamples.Soap((string)answer));
    }
}
