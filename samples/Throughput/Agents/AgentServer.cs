using System.Runtime.CompilerServices;
using Ants.Samples.Throughput.Measuring;

namespace Ants.Samples.Throughput.Agents;

/// <summary>The receiving end: an agent that does what whoever calls it asks to measure.</summary>
internal sealed class AgentServer
{
    private readonly ConditionalWeakTable<AntsSession, Measurement> _measurements = [];

    /// <summary>Has the agent answer.</summary>
    public void Serve(AntsAgent agent)
    {
        agent.Serve(Protocols.Control, ControlAsync);
        agent.Serve(Protocols.Bytes, (stream, _) => MoveAsync(stream));
    }

    private async Task ControlAsync(AntsStream stream, CancellationToken ct)
    {
        Stream control = stream.AsStream();
        if (await Request.ReadAsync(control, ct) is not { } request || !Enum.IsDefined((PathKind)request.Way))
        {
            return;
        }

        await using PathWatch path = new(stream.Session, (PathKind)request.Way);
        bool isThere = await path.ArrivesAsync(Protocols.PathPatience, ct);
        using PacketCount packets = new((PathKind)request.Way);
        Measurement measurement = new(request, new ByteWindow(request.Length, packets.Read));
        _measurements.AddOrUpdate(stream.Session, measurement);
        await control.WriteAsync(new[] { (byte)(isThere ? Verdict.Counts : Verdict.WrongPath) }, ct);
        if (isThere)
        {
            Report report = await MeasureAsync(measurement, control, ct);
            await (path.HasHeld ? report : report with { Verdict = Verdict.WrongPath }).WriteAsync(control, ct);
        }
    }

    private static async Task<Report> MeasureAsync(Measurement measurement, Stream control, CancellationToken ct)
    {
        if (measurement.Request.Work == Work.Echo)
        {
            // The other end measures, and ends its side when it has.
            await control.CopyToAsync(Stream.Null, ct);
            return Report.Of(Verdict.Counts);
        }

        try
        {
            return await measurement.Received.Closed.WaitAsync(measurement.Request.Limit, ct);
        }
        catch (TimeoutException)
        {
            return Report.Of(Verdict.TooSlow);
        }
    }

    private Task MoveAsync(AntsStream stream) => !_measurements.TryGetValue(stream.Session, out Measurement? measurement)
        ? Task.CompletedTask
        : measurement.Request.Work switch
        {
            Work.Bulk => StreamPump.ReceiveAsync(stream.Input, measurement.Received),
            Work.Duplex => Task.WhenAll(
                StreamPump.ReceiveAsync(stream.Input, measurement.Received), StreamPump.SendAsync(stream.Output, null, stream.Session.Closed)),
            _ => StreamPump.EchoAsync(stream),
        };

    /// <summary>What the caller of a session has asked for.</summary>
    private sealed record Measurement(Request Request, ByteWindow Received);
}
