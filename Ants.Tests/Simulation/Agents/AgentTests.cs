using System.Text;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

public class AgentTests
{
    [Test]
    public void Two_agents_behind_port_restricted_NATs_talk_over_the_relay_and_go_direct()
    {
        using AgentWorld world = new();
        SimulatedHost a = world.Network.AddHost(NatKind.PortRestricted, "alice");
        SimulatedHost b = world.Network.AddHost(NatKind.PortRestricted, "bob");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            await using AntsAgent alice = await world.StartAgentAsync(a);
            await using AntsAgent bob = await world.StartAgentAsync(b);
            bob.Serve("echo/1", async (stream, ct) =>
            {
                await stream.Input.CopyToAsync(stream.Output, ct);
            });

            await using AntsSession session = await alice.ConnectAsync(bob.Id);
            await using AntsStream stream = await session.OpenStreamAsync("echo/1");
            await stream.Output.WriteAsync("hello"u8.ToArray());
            await stream.Output.CompleteAsync();
            MemoryStream answer = new();
            await stream.Input.CopyToAsync(answer);
            Assert.That(Encoding.UTF8.GetString(answer.ToArray()), Is.EqualTo("hello"));
            await foreach (PathChange change in session.PathChanges())
            {
                TestContext.Out.WriteLine($"{world.Network.Now} {change} {change.RoundTrip.TotalMilliseconds}");
                if (change.Kind == PathKind.Direct)
                {
                    break;
                }
            }
        }, TimeSpan.FromSeconds(30));
    }
}
