namespace Ants.Protocol.Recovery;

/// <summary>How often a peer acknowledges what is sent on a path.</summary>
/// <param name="Packets">At the latest with so many packets that ask for it.</param>
/// <param name="Delay">And at the latest so long after the first of them.</param>
internal readonly record struct AckRate(int Packets, TimeSpan Delay)
{
    /// <summary>RFC 9000 section 13.2.2: every second packet. What everybody does who has not been asked for anything else.</summary>
    public static readonly AckRate Usual = new(2, AckTracker.Delay);

    /// <summary>
    /// The most packets that wait. At 5 Gbit/s of Ethernet's packets 256 are half a millisecond; twice as many would save no more than the
    /// few percent that acknowledging costs then.
    /// </summary>
    public const int MostPackets = 256;

    /// <summary>
    /// Acknowledgements for each window: enough for slow start to be clocked by them and for HyStart++ to have its eight measurements of each round
    /// trip (RFC 9406 section 4.3), and for one that is lost not to be missed.
    /// </summary>
    private const int PerWindow = 16;

    /// <summary>Asking costs a frame: a difference of less than this factor is not worth it, nor an alternation between two rates.</summary>
    private const int Noticeable = 2;

    /// <summary>
    /// What a sender wants of a peer to whom it has <paramref name="window"/> bytes of packets of <paramref name="packetSize"/> bytes
    /// under way. A fast one gains from fewer acknowledgements, at both ends; the delay is a fraction of the least round trip, so that
    /// the last packets of a burst are not waited for.
    /// </summary>
    public static AckRate For(int window, int packetSize, TimeSpan roundTrip, TimeSpan least)
    {
        int packets = Math.Clamp(window / packetSize / PerWindow, Usual.Packets, MostPackets);
        if (packets == Usual.Packets)
        {
            return Usual;
        }

        TimeSpan delay = roundTrip / 4;
        delay = delay > least ? delay : least;
        return new AckRate(packets, delay < Usual.Delay ? delay : Usual.Delay);
    }

    /// <summary>Whether this differs enough from what the peer does now to ask for it.</summary>
    public bool IsWorthAsking(AckRate present) => IsFar(Packets, present.Packets) || IsFar(Delay.Ticks, present.Delay.Ticks);

    /// <summary>What a peer asked for, within what this end is willing to do.</summary>
    public AckRate Bounded(TimeSpan least)
    {
        TimeSpan delay = Delay < Usual.Delay ? Delay : Usual.Delay;
        return new AckRate(Math.Clamp(Packets, Usual.Packets, MostPackets), delay > least ? delay : least);
    }

    private static bool IsFar(long wanted, long present) => wanted >= Noticeable * present || present >= Noticeable * wanted;
}
