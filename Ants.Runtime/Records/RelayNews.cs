using System.Net;
using Ants.Agents;
using Ants.Nat;
using Ants.Protocol;
using Ants.Protocol.Relaying;
using Microsoft.Extensions.Logging;

namespace Ants.Records;

/// <summary>Takes what relays say besides that the agent is registered to whom it concerns. On the driver.</summary>
internal sealed partial class RelayNews(AgentCore core, AgentId self, TimeProvider time, ILogger logger)
{
    private readonly ILogger _logger = logger;

    public void Handle(RelayLink link, in RelayControlMessage message)
    {
        switch (message.Type)
        {
            case RelayControlType.Record:
                OnRecord(link, message.Body);
                break;
            case RelayControlType.NotFound when message.TryReadNotFound(out AgentId missing):
                core.Finder.OnNotFound(link, missing);
                break;
            case RelayControlType.Refused when message.TryReadRefused(out RecordFault fault):
                core.Publisher.OnRefused(link, fault);
                break;
            case RelayControlType.Knocked when message.TryReadKnocked(out ReadOnlySpan<byte> id, out IPEndPoint? to):
                core.Behaviours.OnKnocked(new StunTransactionId(id), to!);
                break;
            case RelayControlType.Drain when message.TryReadDrain(out TimeSpan deadline):
                LogDrain(link.Address, deadline.TotalSeconds);
                link.BeginLeaving(isForGood: false);
                core.Selection.Replace();
                break;
            default:
                break;
        }
    }

    private void OnRecord(RelayLink link, ReadOnlyMemory<byte> bytes)
    {
        // Who it is about is looked at first: a relay that shows what nobody asked for does not make us check signatures.
        AgentId about = bytes.Length >= AgentId.Size ? AgentId.FromUncheckedBytes(bytes.Span[..AgentId.Size]) : default;
        if (about != self && !core.Finder.Expects(link, about))
        {
            return;
        }

        if (!AgentRecord.TryRead(bytes, time.GetUtcNow(), out AgentRecord? record, out _))
        {
            core.Finder.OnNotFound(link, about);
        }
        else if (about == self)
        {
            core.Publisher.OnOwnRecord(record);
        }
        else
        {
            core.Finder.OnRecord(link, record);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The relay {Relay} stops within {Seconds:0.#} s")]
    private partial void LogDrain(RelayAddress relay, double seconds);
}
