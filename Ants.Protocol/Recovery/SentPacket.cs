namespace Ants.Protocol.Recovery;

/// <summary>A packet that was sent and is not yet acknowledged or held lost, with notes of what it held that matters. Pooled by its endpoint.</summary>
internal sealed class SentPacket : SentFrames
{
    /// <summary>Its number on its path.</summary>
    public ulong Number { get; set; }

    /// <summary>Set by <see cref="LossRecovery.OnSent"/>.</summary>
    public Instant SentAt { get; set; }

    /// <summary>The generation of the key that it was sealed with.</summary>
    public uint KeyGeneration { get; set; }

    /// <summary>Bytes on the wire.</summary>
    public int Size { get; set; }

    /// <summary>Whether the peer must acknowledge it (it holds more than ACK, PADDING and CLOSE).</summary>
    public bool AckEliciting { get; set; }

    /// <summary>Whether it counts against the congestion window (RFC 9002 section 2: in flight).</summary>
    public bool InFlight { get; set; }

    /// <summary>Whether it tries a larger size: its loss says nothing of congestion (RFC 9000 section 14.4).</summary>
    public bool IsMtuProbe { get; set; }

    /// <summary>When it was held lost; null before. It is remembered for a while, in case its ACK is only late.</summary>
    public Instant? LostAt { get; set; }

    /// <summary>Whether a packet between the one before it in its list and itself was acknowledged; see <see cref="LossRun"/>.</summary>
    public bool AckedBefore { get; set; }

    /// <summary>The next newer one in its <see cref="SentPacketList"/>.</summary>
    public SentPacket? Next { get; set; }

    /// <summary>The next older one in its <see cref="SentPacketList"/>.</summary>
    public SentPacket? Previous { get; set; }

    /// <summary>Makes it fit for the next.</summary>
    public void Reset()
    {
        Clear();
        AckEliciting = InFlight = IsMtuProbe = AckedBefore = false;
        LostAt = null;
        Size = 0;
    }
}
