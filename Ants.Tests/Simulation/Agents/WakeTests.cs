using System.IO.Pipelines;
using Ants.Crypto;
using Ants.Testing;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>What readers of fast streams are woken for. Jumbo frames make one batch of the simulated network enough for a stream to be fast.</summary>
public class WakeTests
{
    private const int BulkLength = 16_000_000, MessageSize = 64, Rounds = 200;

    // From the most that one wake-up brings to what makes a stream a fast one: halved with each message (StreamBridge). One more for the message itself.
    private const int MostForMessages = 6;

    private static readonly LinkConditions s_jumbo = new() { Delay = TimeSpan.FromMilliseconds(1), Mtu = 9000 };

    [Test]
    public void All_of_a_fast_stream_is_read_though_nothing_follows_and_messages_after_it_are_soon_put_off_no_more() => Pair.Run(async (world, alice, bob) =>
    {
        bob.Serve("bulk/1", async (stream, ct) =>
        {
            await TakeAsync(stream, BulkLength);
            await stream.Output.WriteAsync(new byte[MessageSize], ct);
            for (int i = 0; i < Rounds; i++)
            {
                await TakeAsync(stream, MessageSize);
                await stream.Output.WriteAsync(new byte[MessageSize], ct);
            }
        });
        await using AntsSession session = await alice.ConnectAsync(bob.Id);
        await world.UntilDirectAsync(session);
        await world.PassAsync(2);
        AntsStream stream = await session.OpenStreamAsync("bulk/1");
        await stream.Output.WriteAsync(new byte[BulkLength]);
        await TakeAsync(stream, MessageSize);
        long ofBulk = bob.Core.Driver.Deferred;
        bool isFast = FastPaths.Allow(FastPath.Wakes) && FastPaths.Allow(FastPath.PacketSize);
        Assert.That(ofBulk, isFast ? Is.Positive : Is.Zero);
        for (int i = 0; i < Rounds; i++)
        {
            await stream.Output.WriteAsync(new byte[MessageSize]);
            await TakeAsync(stream, MessageSize);
        }

        Assert.That(bob.Core.Driver.Deferred - ofBulk, Is.LessThanOrEqualTo(MostForMessages));
        Assert.That(alice.Core.Driver.Deferred, Is.Zero, "it was never sent much");
    }, link: s_jumbo);

    private static async Task TakeAsync(AntsStream stream, long length)
    {
        for (long left = length; left > 0;)
        {
            ReadResult read = await stream.Input.ReadAsync();
            left -= read.Buffer.Length;
            Assert.That(left > 0 && read.IsCompleted, Is.False, $"{left} bytes are missing");
            stream.Input.AdvanceTo(read.Buffer.End);
        }
    }
}
