using System.Net;
using Ants.Testing.Lab;
using Ants.Tests.Lab.Probe;
using NUnit.Framework;

namespace Ants.Tests.Lab;

/// <summary>
/// What the kernel makes of ICMP errors that anybody can send: nothing that the agents' socket reports, so nothing that could demote a path
/// (see <c>SendErrorTests</c> for what happens to errors that do come).
/// </summary>
internal sealed class ForgedIcmpTests : LabFixture
{
    // RFC 792 and 1812: net, host, protocol and port unreachable, fragmentation needed, source route failed, net and host prohibited,
    // administratively prohibited; source quench; redirect is no error of a datagram; time exceeded; parameter problem.
    private static readonly (int Type, int Code)[] s_errors =
    [
        (3, 0), (3, 1), (3, 2), (3, 3), (3, 4), (3, 5), (3, 9), (3, 10), (3, 13), (4, 0), (11, 0), (11, 1), (12, 0),
    ];

    [Test]
    public async Task No_forged_ICMP_message_makes_a_send_of_the_agents_socket_fail()
    {
        await using NatLab lab = await CreateLabAsync();
        LabHost alice = await lab.AddPublicHostAsync("alice");
        await using LabSocket bob = await LabSocket.OpenAsync(await lab.AddPublicHostAsync("bob"), 5000);
        await using LabProcess attacker = await StartAsync(await lab.AddPublicHostAsync("attacker"), ForgeProbe.Command);
        await using LabProcess sender = await StartAsync(alice, SocketProbe.Command);
        IPEndPoint from = new(alice.Address, int.Parse((await ReadAsync(sender))["bound ".Length..], System.Globalization.CultureInfo.InvariantCulture));
        Assert.That(await SendAsync(sender, bob.Local), Is.EqualTo("sent Success"));
        Assert.That((await bob.ReceiveAsync()).From, Is.EqualTo(from));
        int sent = 0;
        foreach ((int type, int code) in s_errors)
        {
            for (int i = 0; i < 5; i++)
            {
                await attacker.Input.WriteLineAsync($"forge {type} {code} {from} {bob.Local}");
                Assert.That(await ReadAsync(attacker), Is.EqualTo("forged "));
                Assert.That(await SendAsync(sender, bob.Local), Is.EqualTo("sent Success"), $"after ICMP type {type} code {code}");
                sent++;
                Assert.That((await bob.ReceiveAsync()).From, Is.EqualTo(from), "it arrives");
            }
        }

        // That they are what the kernel believes shows at a socket that listens to them.
        await using LabProcess naive = await StartAsync(alice, SocketProbe.Command, $"{bob.Local}");
        from = new(alice.Address, int.Parse((await ReadAsync(naive))["bound ".Length..], System.Globalization.CultureInfo.InvariantCulture));
        await attacker.Input.WriteLineAsync($"forge 3 3 {from} {bob.Local}");
        Assert.That(await ReadAsync(attacker), Is.EqualTo("forged "));
        Assert.That(await SendAsync(naive, bob.Local), Is.EqualTo("sent ConnectionRefused"));
        TestContext.Out.WriteLine($"{sent} forged messages of {s_errors.Length} kinds, {sent} datagrams of full size sent and received");
    }

    private static Task<LabProcess> StartAsync(LabHost host, params string[] command) =>
        host.StartAsync("dotnet", ["exec", typeof(ForgedIcmpTests).Assembly.Location, .. command]);

    private static async Task<string> SendAsync(LabProcess sender, IPEndPoint to)
    {
        // The largest packet of an agent.
        await sender.Input.WriteLineAsync($"send {to} 1200");
        return await ReadAsync(sender);
    }

    private static async Task<string> ReadAsync(LabProcess probe)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        return await probe.Output.ReadAsync(limit.Token);
    }
}
