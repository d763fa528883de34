namespace Ants.Protocol.Sessions;

/// <summary>When silence ends a session (RFC 9000 section 10.1): after the lesser of what both ends said; zero is never.</summary>
internal struct IdleTimer(TimeSpan ours)
{
    private TimeSpan _theirs;

    /// <summary>When something authentic last came.</summary>
    public Instant LastReceived { get; set; }

    public readonly Instant Deadline => Timeout == TimeSpan.Zero ? Instant.Never : LastReceived + Timeout;

    private readonly TimeSpan Timeout => ours == TimeSpan.Zero || (_theirs != TimeSpan.Zero && _theirs < ours) ? _theirs : ours;

    public void OnPeerTimeout(TimeSpan theirs) => _theirs = theirs;
}
