using System.Net;
using Ants.Crypto.Records;
using Ants.Protocol.Relaying;
using Ants.Relay;
using Ants.Testing;
using KnownAgents = Ants.Tests.Unit.Crypto.Agents;

namespace Ants.Tests.Unit.Relay;

/// <summary>Several relays of which some know others, and agents that come to one of them each. Every way takes 10 ms.</summary>
internal sealed class PeerWorld : IDisposable
{
    private readonly Dictionary<byte, (SimulatedHost Host, RelayOptions Options)> _relays = [];
    private readonly List<RelayServer> _running = [];

    public SimulatedNetwork Network { get; } = new();

    /// <summary>The address of a relay, which may not run (yet).</summary>
    public RelayAddress AddressOf(byte number) =>
        new(HostOf(number).Addresses[0].ToString(), 443, new RelayId(KnownAgents.FromByte(number).Id));

    /// <summary>Starts a relay, or starts it again, that knows others.</summary>
    public RelayServer Start(byte number, params RelayAddress[] peers)
    {
        SimulatedHost host = HostOf(number);
        RelayOptions options = _relays[number].Options;
        foreach (RelayAddress peer in peers)
        {
            options.PeerRelays.Add(peer);
        }

        host.Restart();
        RelayServer relay = Network.Run(() => RelayServer.StartAsync(options));
        _running.Add(relay);
        return relay;
    }

    /// <summary>A relay that says what the test wants.</summary>
    public ScriptedRelay Script(byte number) => Network.Run(() => Task.FromResult(
        new ScriptedRelay(HostOf(number).Network, new IPEndPoint(HostOf(number).Addresses[0], 443), KnownAgents.FromByte(number))));

    public SimulatedHost HostOf(byte number)
    {
        if (!_relays.TryGetValue(number, out (SimulatedHost Host, RelayOptions Options) relay))
        {
            SimulatedHost host = Network.AddHost(name: $"relay{number}");
            relay = (host, new RelayOptions
            {
                Identity = KnownAgents.FromByte(number),
                Listen = new IPEndPoint(host.Addresses[0], 443),
                Network = host.Network,
            });
            _relays.Add(number, relay);
        }

        return relay.Host;
    }

    /// <summary>An agent that is registered at a relay.</summary>
    public RelayClient Register(byte number, RelayServer at)
    {
        RelayClient agent = Network.Run(() => Task.FromResult(new RelayClient(Network.AddHost().Network, KnownAgents.FromByte(number))));
        agent.Connect(at);
        Until(() => agent.IsRegistered);
        return agent;
    }

    /// <summary>Has an agent publish a record, and returns it.</summary>
    public byte[] Publish(RelayClient agent, byte number, RelayServer at, ulong sequence = 1)
    {
        byte[] record = Sign(number, sequence);
        long kept = at.Counters.RecordsKept;
        agent.Ask(RelayControlMessage.Publish(record));
        Until(() => at.Counters.RecordsKept > kept);
        return record;
    }

    public byte[] Sign(byte number, ulong sequence, TimeSpan issued = default)
    {
        TimeSpan at = Network.Time.GetUtcNow() + issued - DateTimeOffset.UnixEpoch;
        return SignedRecord.Sign(KnownAgents.FromByte(number), new RecordContent
        {
            Sequence = sequence,
            IssuedAt = at,
            ExpiresAt = at + TimeSpan.FromHours(12),
            Relays = ["ants://relay/"],
        });
    }

    /// <summary>What an agent is answered, null for "not found", and how long that takes.</summary>
    public (byte[]? Record, TimeSpan Took) Find(RelayClient asker, byte wanted, bool mayAsk = true)
    {
        int before = asker.Control.Count;
        TimeSpan start = TimeSpan.FromTicks(Network.Now.Ticks);
        asker.Ask(RelayControlMessage.Lookup(KnownAgents.FromByte(wanted).Id, mayAsk));
        Until(() => asker.Control.Count > before);
        RelayControlMessage answer = asker.Control[^1];
        return (answer.Type == RelayControlType.Record ? answer.Body.ToArray() : null, TimeSpan.FromTicks(Network.Now.Ticks) - start);
    }

    public void Until(Func<bool> condition) => Network.RunUntil(condition, TimeSpan.FromSeconds(60));

    public void For(double seconds) => Network.RunFor(TimeSpan.FromSeconds(seconds));

    public void Stop(RelayServer relay)
    {
        _running.Remove(relay);
        Network.Run(() => relay.DisposeAsync().AsTask());
    }

    public void Dispose()
    {
        foreach (RelayServer relay in _running.ToArray())
        {
            Stop(relay);
        }

        Network.Dispose();
    }
}
