namespace Ants.Protocol.Recovery;

/// <summary>A packet that was sent and is not yet acknowledged or held lost. Pooled by its session.</summary>
internal sealed class SentPacket
{
    /// <summary>Its number on its path.</summary>
    public ulong Number { get; set; }

    public Instant SentAt { get; set; }

    /// <summary>Bytes on the wire.</summary>
    public int Size { get; set; }

    /// <summary>Whether the peer must acknowledge it (it holds more than ACK, PADDING and CLOSE).</summary>
    public bool AckEliciting { get; set; }

    /// <summary>Whether it counts against the congestion window (RFC 9002 section 2: in flight).</summary>
    public bool InFlight { get; set; }

    public List<SentFrame> Frames { get; } = new(4);

    public void Clear()
    {
        Frames.Clear();
        AckEliciting = InFlight = false;
        Size = 0;
    }
}
