using Ants.Protocol;
using Ants.Protocol.Relaying;
using Ants.Relay.Forwarding;
using Ants.Relay.Peering;
using Microsoft.Extensions.Logging;

namespace Ants.Relay.Records;

/// <summary>Takes the records that agents publish, and answers who asks for one. On the driver.</summary>
internal sealed partial class RecordDesk(RecordStore store, RemoteLookups others, TimeProvider time, RelayTally tally, ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>An agent publishes its record.</summary>
    public void OnPublish(Instant now, RelayedAgent agent, ReadOnlyMemory<byte> bytes)
    {
        if ((agent.MayPublish(now) ? Take(agent.Id, bytes) : RecordFault.TooOften) is { } fault)
        {
            tally.RecordsRefused++;
            LogRefused(agent.Id, fault);
            agent.Control.TrySend(RelayControlMessage.Refused(fault));
        }
        else
        {
            tally.RecordsKept++;
        }
    }

    /// <summary>
    /// An agent, or another relay, asks for the record of an agent. Of those that are registered here the newest is here; others are
    /// asked for where the asker says <paramref name="mayAsk"/>.
    /// </summary>
    public void OnLookup(Instant now, RelayedAgent asker, AgentId wanted, bool mayAsk)
    {
        tally.Lookups++;
        if (!asker.MayLookUp(now))
        {
            Answer(asker, wanted, null);
            return;
        }

        AgentRecord? known = Find(wanted);
        bool isCertain = known is not null && store.IsRegistered(wanted);
        if (!mayAsk || isCertain || !others.TryAsk(asker, wanted, known is not null, () => Answer(asker, wanted, Find(wanted))))
        {
            Answer(asker, wanted, known);
        }
    }

    private AgentRecord? Find(AgentId agent) => store.Find(agent, time.GetUtcNow());

    private void Answer(RelayedAgent asker, AgentId wanted, AgentRecord? record)
    {
        // It may have left since it asked.
        if (!asker.Session.IsOver)
        {
            tally.LookupsFound += record is null ? 0 : 1;
            asker.Control.TrySend(record is null ? RelayControlMessage.NotFound(wanted) : RelayControlMessage.Record(record.Bytes));
        }
    }

    private RecordFault? Take(AgentId publisher, ReadOnlyMemory<byte> bytes)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (!AgentRecord.TryRead(bytes, now, out AgentRecord? record, out RecordFault fault))
        {
            return fault;
        }

        return record.Agent == publisher ? store.Put(record, now) : RecordFault.NotYours;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Refused the record of {Agent}: {Fault}")]
    private partial void LogRefused(AgentId agent, RecordFault fault);
}
