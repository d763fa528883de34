using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Ants.Protocol;
using NUnit.Framework;

namespace Ants.Tests.Simulation.Agents;

/// <summary>
/// A conversation over one stream: both sides say numbered lines at a steady pace, and check that every line of the other
/// comes once and in order.
/// </summary>
internal sealed class LineTalk
{
    private const string Protocol = "lines/1";

    private readonly AgentWorld _world;
    private readonly TimeSpan _interval;
    private readonly Side _caller = new(), _answerer = new();
    private readonly TaskCompletionSource<AntsStream> _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isStopping;
    private Task _talking = Task.CompletedTask;

    private LineTalk(AgentWorld world, double linesPerSecond)
    {
        _world = world;
        _interval = TimeSpan.FromSeconds(1 / linesPerSecond);
    }

    /// <summary>Lines that have arrived at either side.</summary>
    public int Arrived => _caller.Arrivals.Count + _answerer.Arrivals.Count;

    public static async Task<LineTalk> StartAsync(AgentWorld world, AntsSession session, AntsAgent answerer, double linesPerSecond = 50)
    {
        LineTalk talk = new(world, linesPerSecond);
        answerer.Serve(Protocol, async (stream, _) =>
        {
            talk._accepted.SetResult(stream);
            await talk._over.Task;
        });
        AntsStream stream = await session.OpenStreamAsync(Protocol);
        talk._talking = talk.TalkAsync(stream);
        return talk;
    }

    /// <summary>The longest time between two lines of one direction that came after <paramref name="since"/>, the first counted from the last before.</summary>
    public TimeSpan LongestGapSince(Instant since) => Max(_caller.LongestGapSince(since), _answerer.LongestGapSince(since));

    /// <summary>Ends the talk: says no more, and waits until all has been heard.</summary>
    public async Task StopAsync()
    {
        _isStopping = true;
        await _talking;
        Assert.That((_caller.Arrivals.Count, _answerer.Arrivals.Count), Is.EqualTo((_answerer.Said, _caller.Said)), "lines heard");
        Assert.That(Arrived, Is.GreaterThan(0));
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private async Task TalkAsync(AntsStream stream)
    {
        Task speaking = SpeakAsync(stream.Output, _caller);
        AntsStream accepted = await _accepted.Task;
        await Task.WhenAll(speaking, HearAsync(stream.Input, _caller), SpeakAsync(accepted.Output, _answerer), HearAsync(accepted.Input, _answerer));
        await Task.WhenAll(stream.DeliveredAsync(), accepted.DeliveredAsync());
        _over.SetResult();
        await stream.DisposeAsync();
    }

    private async Task SpeakAsync(PipeWriter output, Side side)
    {
        while (!_isStopping)
        {
            await output.WriteAsync(Encoding.UTF8.GetBytes($"{side.Said++}\n"));
            await Task.Delay(_interval, _world.Network.Time);
        }

        await output.CompleteAsync();
    }

    private async Task HearAsync(PipeReader input, Side side)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync();
            ReadOnlySequence<byte> rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                string line = Encoding.UTF8.GetString(rest.Slice(0, end));
                Assert.That(line, Is.EqualTo($"{side.Arrivals.Count}"));
                side.Arrivals.Add(_world.Network.Now);
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            input.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
            {
                Assert.That(rest.IsEmpty);
                return;
            }
        }
    }

    private sealed class Side
    {
        public int Said { get; set; }

        public List<Instant> Arrivals { get; } = [];

        public TimeSpan LongestGapSince(Instant since)
        {
            TimeSpan longest = TimeSpan.Zero;
            for (int i = 1; i < Arrivals.Count; i++)
            {
                longest = Arrivals[i] > since ? Max(longest, Arrivals[i] - Arrivals[i - 1]) : longest;
            }

            return longest;
        }
    }
}
