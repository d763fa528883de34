namespace Ants.Protocol.Streams;

/// <summary>How many new bytes the peer still takes on all streams together (RFC 9000 section 4.1).</summary>
internal sealed class SendCredit
{
    private GrowingNumber _blocked;

    /// <summary>New bytes that were sent on all streams.</summary>
    public ulong Sent { get; private set; }

    public ulong Limit { get; private set; }

    public ulong Available => Limit - Sent;

    /// <summary>DATA_BLOCKED, as the peer must hear it.</summary>
    public ref GrowingNumber Blocked => ref _blocked;

    /// <summary>The peer would have to be told that it holds us back.</summary>
    public bool IsBlockedUntold => _blocked.IsPending && Available == 0;

    public void Spend(ulong bytes) => Sent += bytes;

    public void OnLimit(ulong limit) => Limit = Math.Max(Limit, limit);

    /// <summary>There is something to send; when nothing may be sent the peer will hear it, once per limit.</summary>
    public void NoteDemand()
    {
        if (Available == 0)
        {
            _blocked.Raise(Limit);
        }
    }
}
