using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Ants.Observing;
using Ants.Protocol.Endpoints;
using Ants.Relay.Forwarding;

namespace Ants.Relay.Observing;

/// <summary>
/// The instruments of the meter <c>Ants.Relay</c>; docs/operations.md has the table. All are read from what the relay counts anyway, when somebody
/// collects. Relays that share a meter add up.
/// </summary>
internal sealed class RelayInstruments
{
    public const string Name = "Ants.Relay";

    private static readonly ConditionalWeakTable<Meter, RelayInstruments> s_known = [];
    private static readonly Lazy<Meter> s_shared = new(() => new Meter(Name));

    private readonly Readings<EndpointCounters> _endpoints = new();
    private readonly Readings<RelayCore> _relays = new();

    private RelayInstruments(Meter meter)
    {
        Meter = meter;
        AgentInstruments.PublishTraffic(meter, _endpoints);
        Level("ants.relay.agents", "{agent}", "Agents that are registered.", relay => relay.AgentCount);
        Level("ants.relay.websockets", "{connection}", "WebSockets that agents have open.", relay => relay.Connections.Count);
        Count("ants.relay.forwarded.packets", "{packet}", "Packets between agents that were forwarded.", tally => tally.ForwardedPackets);
        Count("ants.relay.forwarded.io", "By", "Bytes of those, without what carries them.", tally => tally.ForwardedBytes);
        Count("ants.relay.forwarded.unopened", "{packet}", "Those of them that crossed beside the sessions with the relay, without its cryptography.", tally => tally.Unopened);
        Count("ants.relay.dropped", "{packet}", "Packets between agents that were dropped.", "ants.reason",
            ("wrong_source", tally => tally.WrongSource),
            ("unreachable", tally => tally.Unreachable),
            ("queue_full", tally => tally.QueueFull),
            ("over_rate", tally => tally.OverRate),
            ("too_long", tally => tally.TooLong),
            ("unknown_alias", tally => tally.UnknownAlias),
            ("malformed", tally => tally.Malformed));
        Count("ants.relay.refused", "{agent}", "Agents that were turned away.", tally => tally.Refused);
        Count("ants.relay.websockets.refused", "{connection}", "WebSockets that were turned away, since too many were open.", tally => tally.ConnectionsRefused);
        Count("ants.relay.hints.withheld", "{hint}", "Hints that a peer is not there that were not sent.", tally => tally.HintsWithheld);
        Count("ants.relay.stun", "{request}", "STUN requests.", "ants.outcome",
            ("answered", tally => tally.StunAnswered), ("dropped", tally => tally.StunDropped));
        Count("ants.relay.records", "{record}", "Records of agents.", "ants.outcome",
            ("kept", tally => tally.RecordsKept), ("refused", tally => tally.RecordsRefused), ("fetched", tally => tally.RecordsFetched));
        Count("ants.relay.lookups", "{lookup}", "Questions for the record of an agent.", tally => tally.Lookups);
        Count("ants.relay.lookups.found", "{lookup}", "Those that were answered with a record.", tally => tally.LookupsFound);
        Count("ants.relay.lookups.passed_on", "{lookup}", "Questions that other relays were asked.", tally => tally.LookupsPassedOn);
    }

    public Meter Meter { get; }

    /// <summary>Those of a factory's meter, or of the process's.</summary>
    public static RelayInstruments Of(IMeterFactory? factory)
    {
        Meter meter = factory?.Create(new MeterOptions(Name)) ?? s_shared.Value;
        lock (s_known)
        {
            return s_known.GetValue(meter, static meter => new RelayInstruments(meter));
        }
    }

    /// <summary>A relay counts from now on.</summary>
    public void Add(RelayCore relay)
    {
        _relays.Add(relay);
        _endpoints.Add(relay.Driver.Endpoint.Counters);
    }

    /// <summary>It has stopped; what it has counted stays.</summary>
    public void Remove(RelayCore relay)
    {
        _relays.Remove(relay);
        _endpoints.Remove(relay.Driver.Endpoint.Counters);
    }

    private void Level(string name, string unit, string description, Func<RelayCore, long> read)
    {
        Readings<RelayCore>.Figure level = _relays.Level(read);
        Meter.CreateObservableUpDownCounter(name, level.Measure, unit, description);
    }

    private void Count(string name, string unit, string description, Func<RelayTally, long> read)
    {
        Readings<RelayCore>.Figure figure = _relays.Counter(relay => read(relay.Tally));
        Meter.CreateObservableCounter(name, figure.Measure, unit, description);
    }

    private void Count(string name, string unit, string description, string tag, params (string Value, Func<RelayTally, long> Read)[] parts)
    {
        Readings<RelayCore>.Figure[] figures =
            [.. parts.Select(part => _relays.Counter(relay => part.Read(relay.Tally), new KeyValuePair<string, object?>(tag, part.Value)))];
        Meter.CreateObservableCounter(name, () => figures.Select(figure => figure.Measure()), unit, description);
    }
}
