namespace Ants.Relay.Forwarding;

/// <summary>
/// What a relay counts. Written on the driver alone, and read from anywhere: see <see cref="RelayCounters"/> for what each
/// means.
/// </summary>
internal sealed class RelayTally
{
    public long ForwardedPackets { get; set; }

    public long ForwardedBytes { get; set; }

    public long Unopened { get; set; }

    public long WrongSource { get; set; }

    public long Unreachable { get; set; }

    public long QueueFull { get; set; }

    public long OverRate { get; set; }

    public long TooLong { get; set; }

    public long UnknownAlias { get; set; }

    public long Malformed { get; set; }

    public long HintsWithheld { get; set; }

    public long StunAnswered { get; set; }

    public long StunDropped { get; set; }

    public long Refused { get; set; }

    public long ConnectionsRefused { get; set; }

    public long RecordsKept { get; set; }

    public long RecordsRefused { get; set; }

    public long Lookups { get; set; }

    public long LookupsFound { get; set; }

    public long LookupsPassedOn { get; set; }

    public long RecordsFetched { get; set; }
}
