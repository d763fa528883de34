using System.IO.Pipelines;
using System.Text;
using Ants.Protocol;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>How many round trips pass from the call to the first byte of the peer's answer, over a relay.</summary>
public class FirstByteTests
{
    // Longer than an agent refuses all early data after its start.
    private const double Settled = 6;

    [TestCase(10.0)]
    [TestCase(50.0)]
    public void The_first_byte_of_a_peer_comes_after_one_round_trip_with_early_data_and_two_without(double delayMs)
    {
        // Agent to relay and on: twice the delay each way.
        double roundTrip = 4 * delayMs;
        double early = Measure(delayMs, early: true, allow: true);
        double refused = Measure(delayMs, early: true, allow: false);
        double without = Measure(delayMs, early: false, allow: true);
        TestContext.Out.WriteLine($"round trip over the relay {roundTrip} ms: first byte after {early} ms with early data ({early / roundTrip:0.##} round trips), "
            + $"{without} ms without ({without / roundTrip:0.##}), {refused} ms when they are refused ({refused / roundTrip:0.##})");
        Assert.That((early, without, refused), Is.EqualTo((roundTrip, 2 * roundTrip, 2 * roundTrip)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Of_a_caller_that_is_gone_before_it_is_proved_only_a_handler_that_has_opted_in_hears(bool allow)
    {
        using AgentWorld world = new();
        SimulatedHost a = world.AddHost(NatKind.Symmetric, "alice"), b = world.AddHost(NatKind.Symmetric, "bob");
        List<string> seen = [];
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            AntsAgent alice = await world.StartAgentAsync(a);
            await using AntsAgent bob = await world.StartAgentAsync(b);
            Serve(bob, "one/1", seen, allow);
            Serve(bob, "other/1", [], allow: true);
            await world.PassAsync(Settled);
            Task<AntsStream> call = alice.OpenStreamAsync(new Invite(bob.Id), "one/1", "hello"u8.ToArray());
            await world.PassAsync(0.005);
            a.Kill();
            await world.PassAsync(1);
            Assert.That(bob.Core.Endpoint.Counters.EarlyDataTaken, Is.EqualTo(1));
            Assert.That(seen, Has.Count.EqualTo(allow ? 1 : 0));
            await world.PassAsync(15);
            Assert.That(seen, Has.Count.EqualTo(allow ? 1 : 0));
            Assert.That(bob.Core.Peers, Is.Empty, "what was never proved is forgotten");
            await alice.DisposeAsync();
            await ConnectingTests.CatchAsync(call);
        }, TimeSpan.FromMinutes(1));
    }

    [TestCase(0)]
    [TestCase(3000)]
    [TestCase(100_000)]
    public void What_is_given_first_and_what_is_written_after_it_arrive_once_and_in_order(int length) => Run(10, async (world, alice, bob) =>
    {
        Serve(bob, "echo/1", [], allow: true);
        await world.PassAsync(Settled);
        string first = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));
        for (int call = 0; call < 2; call++)
        {
            // The second time there is a session already.
            await using AntsStream stream = await alice.OpenStreamAsync(new Invite(bob.Id), "echo/1", Encoding.ASCII.GetBytes(first));
            await stream.Output.WriteAsync("and more"u8.ToArray());
            await stream.Output.CompleteAsync();
            Assert.That(await ReadAsync(stream), Is.EqualTo(first + "and more"));
        }
    });

    [Test]
    public void A_call_with_first_bytes_fails_as_a_call_without_and_leaves_nothing() => Run(10, async (world, alice, bob) =>
    {
        AntsException unknown = await ConnectingTests.CatchAsync(alice.OpenStreamAsync(new Invite(world.NextIdentity().Id), "echo/1", "x"u8.ToArray()));
        Assert.That(unknown.Error, Is.EqualTo(AntsError.PeerUnreachable));
        AntsException own = await ConnectingTests.CatchAsync(alice.OpenStreamAsync(new Invite(alice.Id), "echo/1", "x"u8.ToArray()));
        Assert.That(own.Error, Is.EqualTo(AntsError.InvalidOptions));
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(1), world.Network.Time);
        await ConnectingTests.CatchAsync<TaskCanceledException>(
            alice.OpenStreamAsync(new Invite(world.NextIdentity().Id), "echo/1", "x"u8.ToArray(), patience.Token));
        await world.PassAsync(1);
        Assert.That(alice.Core.Peers, Is.Empty);
    });

    [Test]
    public void A_peer_that_is_not_admitted_reaches_no_handler() => Run(10, async (world, alice, bob) =>
    {
        List<string> seen = [];
        Serve(bob, "quick/1", seen, allow: true);
        await world.PassAsync(Settled);
        AntsException refused = await ConnectingTests.CatchAsync(alice.OpenStreamAsync(new Invite(bob.Id), "quick/1", "x"u8.ToArray()));
        Assert.That(refused.Error, Is.EqualTo(AntsError.PeerRefused));
        Assert.That(seen, Is.Empty);
    }, options => options.Authorize = _ => Admission.Refuse("not a contact"));

    private static double Measure(double delayMs, bool early, bool allow)
    {
        double took = 0;
        Run(delayMs, async (world, alice, bob) =>
        {
            Serve(bob, "echo/1", [], allow);
            await world.PassAsync(Settled);
            Instant start = world.Network.Now;
            AntsStream stream;
            if (early)
            {
                stream = await alice.OpenStreamAsync(new Invite(bob.Id), "echo/1", "hello"u8.ToArray());
            }
            else
            {
                AntsSession session = await alice.ConnectAsync(bob.Id);
                stream = await session.OpenStreamAsync("echo/1");
                await stream.Output.WriteAsync("hello"u8.ToArray());
            }

            ReadResult read = await stream.Input.ReadAsync();
            took = (world.Network.Now - start).TotalMilliseconds;
            Assert.That(read.Buffer.Length, Is.EqualTo(5));
            stream.Input.AdvanceTo(read.Buffer.End);
        });
        return took;
    }

    private static void Run(double delayMs, Func<AgentWorld, AntsAgent, AntsAgent, Task> story, Action<AntsOptions>? bob = null)
    {
        using AgentWorld world = new(seed: 1, relayDelayMs: delayMs);

        // Hosts whose packets no NAT lets in: everything goes over the relay.
        SimulatedHost a = world.AddHost(NatKind.Symmetric, "alice"), b = world.AddHost(NatKind.Symmetric, "bob");
        world.Network.Run(async () =>
        {
            await world.StartRelayAsync();
            await using AntsAgent alice = await world.StartAgentAsync(a);
            await using AntsAgent second = await world.StartAgentAsync(b, bob);
            await story(world, alice, second);
        }, TimeSpan.FromMinutes(10));
    }

    private static void Serve(AntsAgent agent, string protocol, List<string> seen, bool allow) => agent.Serve(protocol, async (stream, ct) =>
    {
        seen.Add(protocol);
        await stream.Input.CopyToAsync(stream.Output, ct);
    }, new ServeOptions { AllowEarlyData = allow });

    private static async Task<string> ReadAsync(AntsStream stream)
    {
        MemoryStream answer = new();
        await stream.Input.CopyToAsync(answer);
        return Encoding.ASCII.GetString(answer.ToArray());
    }
}
