using Ants.Agents;
using Ants.Crypto.Records;
using Ants.Protocol;
using Ants.Protocol.Relaying;
using Microsoft.Extensions.Logging;

namespace Ants.Records;

/// <summary>
/// Tells the agent's relays, and through them whoever asks, at which relays the agent is registered: by a signed record,
/// published anew when that changes and long before it expires. On the driver.
/// </summary>
internal sealed partial class RecordPublisher(AgentCore core, AgentIdentity identity, TimeProvider time, ILogger logger)
{
    // As long as a record may live: an agent that is away overnight can still be looked for where it was. Whoever has a newer
    // one says so, and a wrong hint costs a handshake.
    private static readonly TimeSpan s_life = SignedRecord.MaxLife;

    // Half a life: a relay that cannot be told for hours, or a clock that is wrong by as much, leaves no gap.
    private static readonly TimeSpan s_refreshAfter = s_life / 2;

    // Relays that are held at nearly the same moment, as at a start, stand in one record.
    private static readonly TimeSpan s_debounce = TimeSpan.FromMilliseconds(50);

    // Relays take one in two seconds in the long run: a link that flaps must not use that up.
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = logger;
    private readonly Dictionary<RelayLink, ulong> _told = [];
    private RecordContent? _content;
    private ScheduledAction? _timer;
    private Instant _notBefore;
    private ulong _lastSequence;

    /// <summary>The agent's own newest record; null while it holds no relay of its own.</summary>
    public AgentRecord? Current { get; private set; }

    private TimeSpan UnixTime => time.GetUtcNow() - DateTimeOffset.UnixEpoch;

    /// <summary>A relay is held, or is not any more, or a protocol is served: what the record says may be wrong now.</summary>
    public void OnChanged() => Schedule(s_debounce);

    /// <summary>A relay is held, perhaps again: it has forgotten what it was told.</summary>
    public void OnHeld(RelayLink link)
    {
        _told.Remove(link);
        OnChanged();
    }

    /// <summary>A relay does not take the record that it was told.</summary>
    public void OnRefused(RelayLink link, RecordFault fault)
    {
        LogRefused(link.Address, fault);
        if (fault == RecordFault.Replayed)
        {
            // It has a newer one: from a time when this machine's clock was ahead. It is asked which, and outdone.
            link.TryAsk(RelayControlMessage.Lookup(identity.Id, mayAsk: false));
        }
    }

    /// <summary>A relay shows a record of this agent.</summary>
    public void OnOwnRecord(AgentRecord record)
    {
        if (Current is not null && record.Sequence >= Current.Sequence && !record.IsSameAs(Current))
        {
            _lastSequence = record.Sequence;
            _content = null;
            OnChanged();
        }
    }

    /// <summary>Ends publishing.</summary>
    public void Stop() => _timer?.Cancel();

    private void Schedule(TimeSpan delay)
    {
        _timer?.Cancel();
        _timer = core.At(Instant.Max(core.Now + delay, _notBefore), Publish);
    }

    private void Publish()
    {
        RelayLink[] own = [.. core.Links.Staying.Where(link => !link.IsBorrowed).Take(RecordBody.MaxRelays)];
        foreach (RelayLink gone in _told.Keys.Except(own).ToArray())
        {
            _told.Remove(gone);
        }

        if (own.Length == 0)
        {
            return;
        }

        Renew([.. own.Select(link => link.Address.ToString())]);
        foreach (RelayLink link in own)
        {
            if (_told.GetValueOrDefault(link) != Current!.Sequence && link.TryAsk(RelayControlMessage.Publish(Current.Bytes)))
            {
                _told[link] = Current.Sequence;
            }
        }

        _notBefore = core.Now + s_interval;
        Schedule(_content!.IssuedAt + s_refreshAfter - UnixTime);
    }

    /// <summary>Signs a new record, unless the one that there is says the same and is young.</summary>
    private void Renew(string[] relays)
    {
        TimeSpan now = UnixTime;
        string[] protocols = [.. core.Dispatcher.Protocols.Order(StringComparer.Ordinal).Take(RecordBody.MaxProtocols)];
        if (_content is { } content && content.Relays.SequenceEqual(relays) && content.Protocols.SequenceEqual(protocols)
            && now < content.IssuedAt + s_refreshAfter && now >= content.IssuedAt)
        {
            return;
        }

        // Time in milliseconds, so that a process that starts again goes on from where it was with nothing stored.
        _lastSequence = Math.Max(_lastSequence + 1, (ulong)now.TotalMilliseconds);
        _content = new RecordContent
        {
            Sequence = _lastSequence,
            IssuedAt = now,
            ExpiresAt = now + s_life,
            Relays = relays,
            Protocols = protocols,
        };
        Current = AgentRecord.Sign(identity, _content);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The relay {Relay} does not take this agent's record ({Fault}): peers without a common relay may not find it")]
    private partial void LogRefused(RelayAddress relay, RecordFault fault);
}
