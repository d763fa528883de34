using Ants.Samples.Throughput.Measuring;

namespace Ants.Samples.Throughput.Agents;

/// <summary>The sending end: measures one request on a session.</summary>
/// <param name="request">What to measure.</param>
/// <param name="opened">Called when the warm-up is over.</param>
internal sealed class AgentSender(Request request, Action opened)
{
    private PathKind Kind => (PathKind)request.Way;

    /// <summary>Measures it, and closes the session.</summary>
    /// <exception cref="ThroughputException">It did not come about.</exception>
    /// <exception cref="AntsException">The session ended.</exception>
    public async Task<Figure> RunAsync(AntsSession session, CancellationToken ct)
    {
        await using PathWatch path = new(session, Kind);
        if (!await path.ArrivesAsync(Protocols.PathPatience, ct))
        {
            throw new ThroughputException(
                $"The session has had no {Word(Kind)} path within {Protocols.PathPatience.TotalSeconds} s: it is {session.CurrentPath}.");
        }

        Figure figure;
        await using (AntsStream stream = await session.OpenStreamAsync(Protocols.Control, ct))
        {
            figure = await MeasureAsync(session, stream, ct);
        }

        return path.HasHeld
            ? figure
            : throw new ThroughputException($"The path was not {Word(Kind)} all along: it is {session.CurrentPath} now.");
    }

    private static string Word(PathKind kind) => kind == PathKind.Direct ? "direct" : "relayed";

    private async Task<Figure> MeasureAsync(AntsSession session, AntsStream stream, CancellationToken ct)
    {
        Stream control = stream.AsStream();
        await request.WriteAsync(control, ct);
        byte[] verdict = new byte[1];
        await control.ReadExactlyAsync(verdict, ct);
        Report.Of((Verdict)verdict[0]).OrThrow();
        return request.Work == Work.Echo ? await EchoAsync(session, stream, control, ct) : await BulkAsync(session, control, ct);
    }

    private async Task<Figure> EchoAsync(AntsSession session, AntsStream stream, Stream control, CancellationToken ct)
    {
        await using AntsStream bytes = await session.OpenStreamAsync(Protocols.Bytes, ct);
        Figure figure = await Latencies.MeasureAsync(request.Length, () => StreamPump.RoundAsync(bytes), opened).WaitAsync(ct);
        await stream.Output.CompleteAsync();
        (await Report.ReadAsync(control, ct)).OrThrow();
        return figure;
    }

    private async Task<Figure> BulkAsync(AntsSession session, Stream control, CancellationToken ct)
    {
        // One way, its own count is of what it sent; both ways, of what it received, as is the other's.
        using PacketCount packets = new(Kind);
        ByteWindow own = new(request.Length, packets.Read);
        bool isDuplex = request.Work == Work.Duplex;
        _ = TellAsync(own);
        Task<Report> report = Report.ReadAsync(control, ct);
        TaskCompletionSource over = new();
        List<Task> pumps = [];
        for (int i = 0; i < request.Streams; i++)
        {
            AntsStream bytes = await session.OpenStreamAsync(Protocols.Bytes, ct);
            pumps.Add(StreamPump.SendAsync(bytes.Output, isDuplex ? null : own, over.Task));
            if (isDuplex)
            {
                pumps.Add(StreamPump.ReceiveAsync(bytes.Input, own));
            }
        }

        Report there = (await report).OrThrow();
        Report here = (await own.Closed.WaitAsync(ct)).OrThrow();
        over.SetResult();
        await EndAsync(session, pumps);
        return isDuplex ? Figure.OfBothWays(here, there) : Figure.Of(here, there);
    }

    // What is still under way is of no use to anybody.
    private static async Task EndAsync(AntsSession session, List<Task> pumps)
    {
        await session.CloseAsync("measured");
        foreach (Task pump in pumps)
        {
            try
            {
                await pump;
            }
            catch (AntsException)
            {
                // The close.
                continue;
            }
        }
    }

    private async Task TellAsync(ByteWindow own)
    {
        await own.Opened;
        opened();
    }
}
