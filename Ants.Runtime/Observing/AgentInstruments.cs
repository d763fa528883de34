using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Ants.Protocol;
using Ants.Protocol.Endpoints;

namespace Ants.Observing;

/// <summary>
/// The instruments of the meter <c>Ants</c>; docs/operations.md has the table. One set for each meter: agents that share a meter add up. Nothing is recorded
/// for a packet: what is counted in the core is read when somebody collects, and the rest happens a few times in a session.
/// </summary>
internal sealed class AgentInstruments
{
    /// <summary>The name of the meter, and of the source of activities.</summary>
    public const string Name = "Ants";

    private static readonly ConditionalWeakTable<Meter, AgentInstruments> s_known = [];

    // Without a factory there is one for the process, as System.Net.Http has it: it is found by its name.
    private static readonly Lazy<Meter> s_shared = new(() => new Meter(Name));

    private AgentInstruments(Meter meter)
    {
        Sessions = meter.CreateUpDownCounter<long>("ants.session.active", "{session}", "Sessions with peers that are being opened or are open.");
        Handshakes = meter.CreateCounter<long>("ants.handshakes", "{handshake}", "Sessions with peers that were opened, or were not.");
        HandshakeTime = meter.CreateHistogram<double>("ants.handshake.duration", "s", "From the call, or the acceptance of a peer's, to the session or its failure.");
        PathChanges = meter.CreateCounter<long>("ants.path.changes", "{change}", "Changes of the path that a session uses.");
        TimeToDirect = meter.CreateHistogram<double>("ants.session.time_to_direct", "s", "From the session to its first direct path.");
        RoundTrip = meter.CreateHistogram<double>("ants.path.rtt", "s", "Smoothed round trips of paths in use, every ten seconds.");
        Streams = meter.CreateUpDownCounter<long>("ants.stream.active", "{stream}", "Streams that are not over in both directions.");
        StreamsOpened = meter.CreateCounter<long>("ants.stream.opened", "{stream}", "Streams that were opened.");
        Links = meter.CreateUpDownCounter<long>("ants.link.active", "{link}", "Relays at which agents are registered.");
        PublishEndpoints(meter);
    }

    public UpDownCounter<long> Sessions { get; }

    public Counter<long> Handshakes { get; }

    public Histogram<double> HandshakeTime { get; }

    public Counter<long> PathChanges { get; }

    public Histogram<double> TimeToDirect { get; }

    public Histogram<double> RoundTrip { get; }

    public UpDownCounter<long> Streams { get; }

    public Counter<long> StreamsOpened { get; }

    public UpDownCounter<long> Links { get; }

    /// <summary>What endpoints count.</summary>
    public Readings<EndpointCounters> Endpoints { get; } = new();

    /// <summary>Those of a factory's meter, or of the process's.</summary>
    public static AgentInstruments Of(IMeterFactory? factory)
    {
        Meter meter = factory?.Create(new MeterOptions(Name)) ?? s_shared.Value;
        lock (s_known)
        {
            return s_known.GetValue(meter, static meter => new AgentInstruments(meter));
        }
    }

    /// <summary>Publishes what every endpoint counts, an agent's or a relay's.</summary>
    internal static void PublishTraffic(Meter meter, Readings<EndpointCounters> endpoints)
    {
        Publish(meter, "ants.network.io", "By", "Bytes of datagrams, by what carried them.",
            [.. Carriers().SelectMany(carrier => Both(carrier, counted => counted.Bytes(carrier)))]);
        Publish(meter, "ants.network.packets", "{packet}", "Datagrams, by what carried them.",
            [.. Carriers().SelectMany(carrier => Both(carrier, counted => counted.Packets(carrier)))]);
        Publish(meter, "ants.packet.lost", "{packet}", "Packets that were held lost.", endpoints.Counter(counters => counters.PacketsLost));
        Publish(meter, "ants.frame.retransmitted", "{frame}", "Frames that were sent again.", endpoints.Counter(counters => counters.FramesSentAgain));
        Publish(meter, "ants.handshake.turned_away", "{packet}", "Pieces of handshakes that were not read, since more came than may be.",
            endpoints.Counter(counters => counters.HandshakesTurnedAway));
        Publish(meter, "ants.packet.dropped", "{packet}", "Datagrams that were dropped, by reason.",
            Dropped("garbage", counters => counters.Garbage),
            Dropped("bad_handshake", counters => counters.BadHandshakes),
            Dropped("replayed_handshake", counters => counters.Replays),
            Dropped("unknown_connection", counters => counters.UnknownConnectionIds),
            Dropped("unauthentic", counters => counters.Unauthentic));

        static IEnumerable<CarrierKind> Carriers() => Enum.GetValues<CarrierKind>();

        IEnumerable<Readings<EndpointCounters>.Figure> Both(CarrierKind carrier, Func<Protocol.Observing.CarrierTraffic, long> read) =>
        [
            endpoints.Counter(counters => read(counters.Received), new("network.io.direction", "receive"), new("ants.carrier", PathSteps.CarrierName(carrier))),
            endpoints.Counter(counters => read(counters.Sent), new("network.io.direction", "transmit"), new("ants.carrier", PathSteps.CarrierName(carrier))),
        ];

        Readings<EndpointCounters>.Figure Dropped(string reason, Func<EndpointCounters, long> read) =>
            endpoints.Counter(read, new KeyValuePair<string, object?>("ants.reason", reason));
    }

    private static void Publish(Meter meter, string name, string unit, string description, params Readings<EndpointCounters>.Figure[] figures) =>
        meter.CreateObservableCounter(name, () => figures.Select(figure => figure.Measure()), unit, description);

    private void PublishEndpoints(Meter meter) => PublishTraffic(meter, Endpoints);
}
