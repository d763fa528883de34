using System.Net;
using Ants.Samples;
using NUnit.Framework;

namespace Ants.Tests.Unit.Chat;

public sealed class ProxyAddressTests
{
    private static readonly Uri s_relay = new("https://relay.example/");

    [TestCase("http://proxy.example:3128", "http://proxy.example:3128/", null, null)]
    [TestCase("http://proxy.example/", "http://proxy.example/", null, null)]
    [TestCase("http://[2001:db8::1]:8080", "http://[2001:db8::1]:8080/", null, null)]
    [TestCase("http://alice:secret@proxy.example:3128", "http://proxy.example:3128/", "alice", "secret")]
    [TestCase("http://alice@proxy.example:3128", "http://proxy.example:3128/", "alice", "")]
    [TestCase("http://al%40ice:s%3Acret:too@proxy.example", "http://proxy.example/", "al@ice", "s:cret:too")]
    public void The_address_of_a_proxy_is_read_with_what_it_asks_for(string text, string address, string? user, string? password)
    {
        Assert.That(ProxyAddress.TryParse(text, out IWebProxy? proxy, out _));
        Assert.That(proxy!.GetProxy(s_relay), Is.EqualTo(new Uri(address)));
        NetworkCredential? credential = proxy.Credentials?.GetCredential(proxy.GetProxy(s_relay)!, "Basic");
        Assert.That((credential?.UserName, credential?.Password), Is.EqualTo((user, password)));
    }

    [TestCase("")]
    [TestCase("proxy.example:3128")]
    [TestCase("proxy")]
    [TestCase("https://alice:secret@proxy.example")]
    [TestCase("socks5://proxy.example")]
    [TestCase("http://")]
    [TestCase("http://alice:secret@")]
    [TestCase("http://alice:secret@proxy.example:0")]
    [TestCase("http://alice:secret@proxy.example:99999")]
    [TestCase("http://alice:secret@proxy.example/path")]
    [TestCase("http://alice:secret@proxy.example/?query")]
    public void What_is_none_is_refused_in_one_line_that_keeps_the_password_to_itself(string text)
    {
        Assert.That(ProxyAddress.TryParse(text, out _, out string? problem), Is.False);
        Assert.That(problem, Does.Contain("http://[USER:PASSWORD@]HOST[:PORT]").And.Not.Contain("secret").And.Not.Contain("\n"));
    }
}
