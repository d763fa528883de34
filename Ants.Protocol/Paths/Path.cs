using System.Runtime.CompilerServices;
using Ants.Crypto;
using Ants.Protocol.Observing;
using Ants.Protocol.Recovery;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Paths;

/// <summary>
/// One way between the two ends of a session: its own packet numbers, round trip, congestion window and packet size.
/// What it may do is in <see cref="State"/>; the session's other parts decide.
/// </summary>
internal sealed class Path
{
    private static readonly bool s_growsPackets = FastPaths.Allow(FastPath.PacketSize);

    // Boxed, since few paths ever have one, and it is as large as all else that is known of an address.
    private StrongBox<CarrierAddress>? _previous;

    // When something last showed that it works; null since one end has moved.
    private Instant? _workedAt;

    public Path(uint id, CarrierAddress remote, IssuedConnectionId local, IssuedConnectionId peer, TimeSpan? initialRtt,
        TimeSpan peerMaxAckDelay, SentPacketPool pool, Func<int, ICongestionController> congestion)
    {
        Id = id;
        Remote = remote;
        Local = local;
        Peer = peer;
        Rtt = new RttEstimator(initialRtt);
        int size = PacketSize.For(remote.Kind);
        Mtu = remote.Kind != CarrierKind.Relayed && s_growsPackets
            ? new PathMtu(size, PathMtu.Largest, isCertain: remote.Kind == CarrierKind.WebSocket)
            : new PathMtu(size, size);
        Recovery = new LossRecovery(Rtt, congestion(MaxPacketSize), peerMaxAckDelay, pool, Mtu);
    }

    public uint Id { get; }

    /// <summary>Who hears what happens; null for nobody.</summary>
    public ISessionObserver? Observer { get; init; }

    public PathState State { get; private set; }

    public CarrierAddress Remote { get; set; }

    /// <summary>The id that the peer sends to.</summary>
    public IssuedConnectionId Local { get; }

    /// <summary>The id that we send to.</summary>
    public IssuedConnectionId Peer { get; }

    public RttEstimator Rtt { get; }

    public LossRecovery Recovery { get; }

    public AckTracker Acks { get; } = new();

    /// <summary>How often the peer acknowledges, as far as it has been asked.</summary>
    public AckRate AskedRate { get; set; } = AckRate.Usual;

    public ReplayWindow Replay { get; } = new();

    /// <summary>How large packets are, and the search for larger ones.</summary>
    public PathMtu Mtu { get; }

    /// <summary>The largest packet sent, in bytes.</summary>
    public int MaxPacketSize => Mtu.Current;

    /// <summary>The size that shows of a path that it is one, in bytes.</summary>
    public int BasePacketSize => Mtu.Base;

    /// <summary>What is known of the address: challenges to send and awaited answers.</summary>
    public AddressValidation Validation { get; } = new();

    /// <summary>Packets that must go out whatever the congestion window says: one or two at each probe timeout.</summary>
    public int ProbesOwed { get; set; }

    /// <summary>Packets that carry copies of what another, suspected path has not got acknowledged.</summary>
    public int CopiesOwed { get; set; }

    /// <summary>When the first of the present run of probe timeouts came; null while the path answers.</summary>
    public Instant? SuspectSince { get; set; }

    /// <summary>When an authentic packet last came.</summary>
    public Instant LastReceived { get; private set; }

    /// <summary>When a packet was last sent.</summary>
    public Instant LastSent { get; set; }

    /// <summary>When a packet sent on it was last acknowledged.</summary>
    public Instant LastDelivered { get; private set; }

    /// <summary>
    /// The last address that was known to be the peer's, while <see cref="Remote"/> has yet to answer; null otherwise.
    /// </summary>
    public CarrierAddress? Previous
    {
        get => _previous?.Value;
        set => _previous = value is { } address ? new StrongBox<CarrierAddress>(address) : null;
    }

    /// <summary>
    /// Bytes that may still go to an address that nobody has validated yet: never more than came from there, so that a
    /// spoofed source cannot aim us at somebody. Unlimited once validated.
    /// </summary>
    public int SendCredit { get; private set; } = int.MaxValue;

    public bool IsAddressValidated => SendCredit == int.MaxValue;

    /// <summary>
    /// The peer has had all packets below this number, or does not miss them: it answered a challenge that was sent then. What it
    /// says of an earlier failure is out of date.
    /// </summary>
    public ulong ProvenBelow { get; set; }

    /// <summary>Whether <see cref="Remote"/> has a challenge to answer.</summary>
    public bool AwaitsAnswer => Validation.IsAwaiting(Remote);

    /// <summary>
    /// How large a packet with a challenge to <see cref="Remote"/> is made: of full size where that is to be shown, as RFC 9000 section
    /// 8.2.1 asks, unless the credit does not permit it. An address to which a path in use has moved gets no more than leaves
    /// enough to ask again; less than full size shows nothing, and is not worth its bytes.
    /// </summary>
    public int ChallengeSize => State == PathState.Validating
        ? (SendCredit >= BasePacketSize ? BasePacketSize : PacketSize.Least)
        : (!IsAddressValidated && SendCredit >= BasePacketSize + CreditForChallenges ? BasePacketSize : PacketSize.Least);

    /// <summary>
    /// Whether a packet of <paramref name="length"/> bytes leaves too little credit for the challenges that <see cref="Remote"/> may need
    /// yet. A peer that is content with the packet says nothing more, so that no more could be sent to it.
    /// </summary>
    public bool StarvesChallenge(int length) => !IsAddressValidated && SendCredit - length < CreditForChallenges;

    /// <summary>The largest datagram that may go now; less than <see cref="PacketSize.Least"/> is none.</summary>
    public int Room => Math.Min(MaxPacketSize, SendCredit);

    /// <summary>
    /// Where its next packet goes. Over a relay it goes beside the sessions with the relay only while the path is known to work, that is,
    /// something came or was acknowledged within a probe timeout: at any other time it may be the packet that shows the relay, or us, that
    /// an agent is at another address by now.
    /// </summary>
    public CarrierAddress Destination(Instant now)
    {
        bool works = Remote.Kind != CarrierKind.Relayed
            || (IsUsable && SuspectSince is null && _workedAt is { } at && now - at <= Recovery.ProbeTimeout);
        return works ? Remote : Remote.Tunnelled();
    }

    /// <summary>Whether data may travel on it.</summary>
    public bool IsUsable => State is PathState.Standby or PathState.Active;

    public bool IsDirect => Remote.Kind == CarrierKind.Udp;

    /// <summary>The carrier takes packets of up to <paramref name="size"/> bytes now.</summary>
    public void OnCapacity(int size) => Mtu.Allow(s_growsPackets ? size : Math.Min(size, BasePacketSize));

    /// <summary>An authentic packet has come on it.</summary>
    public void OnReceived(Instant now)
    {
        LastReceived = now;
        _workedAt = now;
    }

    /// <summary>A packet sent on it was acknowledged.</summary>
    public void OnDelivered(Instant now)
    {
        LastDelivered = now;
        _workedAt = now;
        SuspectSince = null;
    }

    /// <summary>Limits what may be sent to <see cref="Remote"/> until it has answered. Relays check addresses themselves.</summary>
    public void LimitTo(int bytes) => SendCredit = IsDirect ? bytes : int.MaxValue;

    /// <summary>The address is the peer's: it has answered, or had what only the peer can have had.</summary>
    public void Unlimit() => SendCredit = int.MaxValue;

    /// <summary>Notes bytes that came from <see cref="Remote"/>.</summary>
    public void Earn(int bytes)
    {
        if (!IsAddressValidated)
        {
            // A path that has earned a megabyte unanswered is odd, but the sum must not become the sign for "unlimited".
            SendCredit = Math.Min(SendCredit + bytes, 1 << 20);
        }
    }

    /// <summary>Notes bytes that came from an address, if it is <see cref="Remote"/>.</summary>
    public void EarnFrom(CarrierAddress from, int bytes)
    {
        if (from == Remote)
        {
            Earn(bytes);
        }
    }

    /// <summary>Notes bytes that went to <see cref="Remote"/>.</summary>
    public void Spend(int bytes)
    {
        if (!IsAddressValidated)
        {
            SendCredit = Math.Max(0, SendCredit - bytes);
        }
    }

    /// <summary>
    /// One end is in another network now: what was under way is sent again, and what was known of the speed is forgotten (RFC 9000
    /// section 9.4), but for the round trip, which is a better guess than none.
    /// </summary>
    public void Restart(Instant now, IFrameFate fate)
    {
        Recovery.ForgetAll(now, Id, fate);
        Recovery.OnAddressChanged(now, Rtt.Smoothed);
        SuspectSince = null;
        _workedAt = null;
        Acks.Restate(now);
    }

    /// <summary>Moves to the next state by the one table; tells whether the state changed.</summary>
    public bool Fire(PathTrigger trigger)
    {
        PathState before = State;
        State = PathTransitions.Next(before, trigger);
        if (State == before)
        {
            return false;
        }

        Observer?.OnPathState(this, before, trigger);
        return true;
    }

    public PathView View() => new(Id, Remote, Rtt.Smoothed, State == PathState.Active, SuspectSince is not null);

    private int CreditForChallenges => PacketSize.Least * Validation.SendsLeft(Remote);
}
