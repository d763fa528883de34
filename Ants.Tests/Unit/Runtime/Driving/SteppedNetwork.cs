using System.IO.Pipelines;
using System.Net;
using Ants.Crypto;

namespace Ants.Tests.Unit.Runtime.Driving;

/// <summary>A network with a clock that goes on when it is told to, and with no sockets of its own.</summary>
internal sealed class SteppedNetwork : AntsNetwork
{
    private readonly Clock _clock = new();

    public override TimeProvider Time => _clock;

    public override PipeScheduler Scheduler => PipeScheduler.ThreadPool;

    public override EntropySource Entropy => System.Entropy;

    public void Pass(TimeSpan time) => _clock.Passed += time.Ticks;

    public override IDatagramSocket Bind(IPEndPoint local) => throw new AntsException(AntsError.NetworkUnavailable, "There are no sockets here.");

    public override IReadOnlyList<IPAddress> LocalAddresses() => [];

    private sealed class Clock : TimeProvider
    {
        public long Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed;
    }
}
