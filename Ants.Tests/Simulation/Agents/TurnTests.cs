using System.IO.Pipelines;
using Ants.Crypto;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>What a driver is woken for. Each wake-up is a thread that has to be scheduled.</summary>
public class TurnTests
{
    private const int Rounds = 200, MessageSize = 64;

    [Test]
    public void A_message_there_and_back_takes_one_turn_at_each_end() => Pair.Run(async (world, alice, bob) =>
    {
        bob.Serve("back/1", async (stream, ct) =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                await TakeAsync(stream);
                await stream.Output.WriteAsync(new byte[MessageSize], ct);
            }
        });
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        await world.UntilDirectAsync(session);
        await world.PassAsync(2);
        AntsStream stream = await session.OpenStreamAsync("back/1");
        (long here, long there) = (alice.Core.Driver.Turns, bob.Core.Driver.Turns);
        for (int i = 0; i < Rounds; i++)
        {
            await stream.Output.WriteAsync(new byte[MessageSize]);
            await TakeAsync(stream);
        }

        // What is read is given back with what is written next, and a write to an idle session is sent by the writer itself, or else in a turn of its own.
        double most = (FastPaths.Allow(FastPath.Writes) ? 1.1 : 2.1) * Rounds;
        Assert.That(alice.Core.Driver.Turns - here, Is.LessThan(most));
        Assert.That(bob.Core.Driver.Turns - there, Is.LessThan(most));
    }, link: new LinkConditions { Delay = TimeSpan.FromMicroseconds(100) });

    private static async Task TakeAsync(AntsStream stream)
    {
        ReadResult read = await stream.Input.ReadAtLeastAsync(MessageSize);
        Assert.That(read.Buffer.Length, Is.EqualTo(MessageSize));
        stream.Input.AdvanceTo(read.Buffer.End);
    }
}
