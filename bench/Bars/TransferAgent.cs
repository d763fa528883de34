using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;

namespace Ants.Bench.Bars;

/// <summary>
/// An agent as a process of the lab: it takes streams of bytes, or sends them when it is told to on standard input, and says on standard
/// output what it sees, as <see cref="TransferProcess"/> reads it.
/// </summary>
internal static class TransferAgent
{
    /// <summary>What a stream is made of, from its seed alone.</summary>
    public const int StreamBytes = 100_000_000;

    private const string Protocol = "transfer/1";

    // What a program copies at once.
    private const int Chunk = 65_536;

    // Often enough to be killed in the middle, seldom enough to cost the transfer nothing.
    private const long ReportEvery = 1_000_000;

    // How soon it is seen that a relay is held again; nobody waits for it in a hurry.
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    /// <summary>Serves until standard input ends.</summary>
    public static async Task<int> ServeAsync(string[] relays)
    {
        await using AntsAgent agent = await StartAsync(relays);
        agent.Serve(Protocol, ReceiveAsync);
        await Console.In.ReadToEndAsync();
        return 0;
    }

    /// <summary>Calls a peer, and sends one stream for each seed that a line of standard input names.</summary>
    public static async Task<int> SendAsync(string[] relays, string peer)
    {
        await using AntsAgent agent = await StartAsync(relays);
        await using AntsSession session = await agent.ConnectAsync(AgentId.Parse(peer));
        _ = WatchAsync(session);
        while (await Console.In.ReadLineAsync() is { } seed)
        {
            await using AntsStream stream = await session.OpenStreamAsync(Protocol);
            string hash = await WriteAsync(stream.Output, new Random(int.Parse(seed, CultureInfo.InvariantCulture)));
            await stream.DeliveredAsync();
            Say($"sent {hash}");
        }

        return 0;
    }

    private static async Task<AntsAgent> StartAsync(string[] relays)
    {
        AntsOptions options = new() { Identity = AgentIdentity.Generate() };
        foreach (string relay in relays)
        {
            options.Relays.Add(RelayAddress.Parse(relay));
        }

        AntsAgent agent = await AntsAgent.StartAsync(options);
        Say($"ready {agent.Id}");
        _ = CountRelaysAsync(agent);
        return agent;
    }

    private static async Task CountRelaysAsync(AntsAgent agent)
    {
        using PeriodicTimer timer = new(s_look);
        for (int said = -1; await timer.WaitForNextTickAsync();)
        {
            if (agent.HeldRelays.Count is var held && held != said)
            {
                Say($"held {said = held}");
            }
        }
    }

    private static async Task WatchAsync(AntsSession session)
    {
        await foreach (PathChange change in session.PathChanges())
        {
            Say($"path {change.Remote}");
        }

        Say($"closed {(await session.Closed)}");
    }

    private static async Task<string> WriteAsync(PipeWriter output, Random bytes)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int left = StreamBytes; left > 0;)
        {
            int length = Math.Min(left, Chunk);
            Memory<byte> chunk = output.GetMemory(length)[..length];
            bytes.NextBytes(chunk.Span);
            hash.AppendData(chunk.Span);
            output.Advance(length);
            left -= length;
            await output.FlushAsync();
        }

        await output.CompleteAsync();
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static async Task ReceiveAsync(AntsStream stream, CancellationToken ct)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long started = Stopwatch.GetTimestamp(), latest = started, received = 0, said = 0;
        TimeSpan gap = TimeSpan.Zero;
        ReadResult read;
        do
        {
            read = await stream.Input.ReadAsync(ct);
            long now = Stopwatch.GetTimestamp();
            TimeSpan silence = Stopwatch.GetElapsedTime(latest, now);
            (gap, latest) = (silence > gap ? silence : gap, now);
            foreach (ReadOnlyMemory<byte> part in read.Buffer)
            {
                hash.AppendData(part.Span);
                received += part.Length;
            }

            stream.Input.AdvanceTo(read.Buffer.End);
            if (received - said >= ReportEvery)
            {
                Say($"received {said = received}");
            }
        }
        while (!read.IsCompleted);

        TimeSpan took = Stopwatch.GetElapsedTime(started);
        Say(string.Create(CultureInfo.InvariantCulture,
            $"done {Convert.ToHexString(hash.GetHashAndReset())} {received} {took.TotalMilliseconds:F1} {gap.TotalMilliseconds:F1}"));
    }

    private static void Say(string what) => Console.Out.WriteLine(what);
}
