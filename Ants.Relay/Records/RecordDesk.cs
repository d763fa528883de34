using Ants.Protocol;
using Ants.Protocol.Relaying;
using Ants.Relay.Forwarding;
using Microsoft.Extensions.Logging;

namespace Ants.Relay.Records;

/// <summary>Takes the records that agents publish, and answers who asks for one. On the driver.</summary>
internal sealed partial class RecordDesk(RecordStore store, TimeProvider time, RelayTally tally, ILogger logger)
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

    /// <summary>An agent asks for the record of another one.</summary>
    public void OnLookup(Instant now, RelayedAgent asker, AgentId wanted)
    {
        AgentRecord? record = asker.MayLookUp(now) ? store.Find(wanted, time.GetUtcNow()) : null;
        Answer(asker, wanted, record);
    }

    private void Answer(RelayedAgent asker, AgentId wanted, AgentRecord? record)
    {
        tally.Lookups++;
        tally.LookupsFound += record is null ? 0 : 1;
        asker.Control.TrySend(record is null ? RelayControlMessage.NotFound(wanted) : RelayControlMessage.Record(record.Bytes));
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
