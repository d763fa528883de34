using System.Net;
using Ants.Samples.TwoNats;
using Ants.Samples.TwoNats.Staging;
using Ants.Samples.TwoNats.Telling;
using Ants.Testing.Lab;

namespace Ants.Bench.Bars;

/// <summary>
/// A pair that must stay relayed, two relays, one session: in each of many transfers of 100 MB the relay that carries it is killed (-9)
/// somewhere in the middle, and started again after the end. The bytes that came are compared with those that went by their SHA-256.
/// </summary>
internal static class TransferBar
{
    private const double MaxGapMs = 2000;

    // Where the relay is killed: another place each time, from a quarter to three quarters.
    private const double FirstKill = 0.25, KillRange = 0.5;

    // For the standby path over the relay that is back.
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(1);

    public static async Task<bool> RunAsync(int runs, CancellationToken ct)
    {
        Series times = new("100 MB with kill -9 of the carrying relay", maxMedian: null, maxWorst: null);
        Series gaps = new("longest time without a byte in it", maxMedian: null, MaxGapMs);
        await using LabStage stage = await LabStage.BuildAsync(LabHomeKind.Symmetric, LabHomeKind.Symmetric, relays: 2, ct);
        await using TransferProcess receiver = new("alice", await stage.StartAsync(atA: true, Program(), ["transfer-serve"], ct));
        await receiver.WaitAsync(() => receiver.Id is not null, "alice is not ready", ct);
        await using TransferProcess sender = new("bob", await stage.StartAsync(atA: false, Program(), ["transfer-send", "--peer", receiver.Id!], ct));
        int identical = 0;
        for (int run = 0; run < runs; run++)
        {
            await AwaitRelaysAsync(receiver, sender, ct);
            await Task.Delay(s_calm, ct);
            identical += await TransferAsync(stage, receiver, sender, run, ct) ? 1 : 0;
            times.Add(receiver.Receipts[run].Took);
            gaps.Add(receiver.Receipts[run].Gap);
        }

        // One session carried all of them: a sender whose session ended fails.
        int ended = await sender.EndAsync();
        Console.Out.WriteLine($"bytes identical: {identical} of {runs} transfers, in one session; the sender's exit code: {ended}");
        return times.Report(Console.Out) & gaps.Report(Console.Out) && identical == runs && ended == 0;
    }

    private static async Task<bool> TransferAsync(LabStage stage, TransferProcess receiver, TransferProcess sender, int run, CancellationToken ct)
    {
        long killAt = (long)(TransferAgent.StreamBytes * (FirstKill + (KillRange * (run % 10) / 10)));
        await sender.SendAsync(seed: run + 1);
        await receiver.WaitAsync(() => receiver.Received >= killAt, "the transfer has not come far enough", ct);
        IPEndPoint relay = sender.Path!;
        await stage.KillRelayAsync(relay);
        if (receiver.Receipts.Count > run)
        {
            throw new StoryException("The transfer was over before the relay was killed.");
        }

        await receiver.WaitAsync(() => receiver.Receipts.Count > run, "the transfer has not ended", ct);
        await sender.WaitAsync(() => sender.Sent.Count > run, "the sender does not know that all was delivered", ct);
        await stage.RestartRelayAsync(relay, ct);
        return receiver.Receipts[run] is { Bytes: TransferAgent.StreamBytes } receipt && receipt.Hash == sender.Sent[run];
    }

    private static async Task AwaitRelaysAsync(TransferProcess receiver, TransferProcess sender, CancellationToken ct)
    {
        await receiver.WaitAsync(() => receiver.Held == 2, "alice does not hold both relays", ct);
        await sender.WaitAsync(() => sender.Held == 2 && sender.Path is not null, "bob does not hold both relays", ct);
    }

    private static string Program() => Executables.Find("bench", "Bars");
}
