using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Ants.Nat;

/// <summary>What PCP and NAT-PMP have in common: one request at a time to one port of the router, and a lease.</summary>
internal abstract class DatagramMappingClient(PortMappingProtocols protocol, MappingTarget target) : MappingClient(protocol, target)
{
    private readonly IPEndPoint _server = new(target.Gateway.Router, PcpWire.ServerPort);
    private RequestTimer _timer;
    private MappingLease? _lease;

    /// <inheritdoc/>
    public override TimeSpan? NextTimeout => Earlier(_timer.Next, _lease is { } lease ? Earlier(IsListening ? null : lease.Renewal, lease.Expiry) : null);

    /// <inheritdoc/>
    public override bool IsListening => _timer.IsRunning;

    /// <summary>Whether the router was asked for the mapping.</summary>
    protected abstract bool HasAsked { get; }

    /// <summary>Whether the mapping is being given back.</summary>
    protected bool IsReleasing { get; private set; }

    /// <inheritdoc/>
    public override void Begin(TimeSpan now)
    {
        _lease = null;
        Become(PortMappingOutcome.Asking);
        Ask(now);
    }

    /// <inheritdoc/>
    public override void StandDown()
    {
        if (Mapping is null && !HasFailed)
        {
            _timer = default;
            Become(Outcome == PortMappingOutcome.Available ? Outcome : PortMappingOutcome.NotNeeded);
        }
    }

    /// <inheritdoc/>
    public override void Check(TimeSpan now)
    {
        if (Mapping is not null)
        {
            Ask(now);
        }
    }

    /// <inheritdoc/>
    public override void Release(TimeSpan now)
    {
        // Where no answer has come yet there may be a mapping, or nobody who would ever answer: that is said once, and not waited for.
        bool mayHold = Mapping is null && IsListening && HasAsked;
        IsReleasing = true;
        _lease = null;
        _timer = Mapping is not null ? RequestTimer.StartedAt(now) : mayHold ? RequestTimer.StartedAt(now, most: 1) : default;
        if (Mapping is null)
        {
            Become(PortMappingOutcome.Released);
        }
    }

    /// <inheritdoc/>
    public override void HandleTimeout(TimeSpan now)
    {
        if (_timer.IsExhausted(now))
        {
            _timer = default;
            if (_lease is { } kept)
            {
                _lease = kept.Postponed(now);
            }
            else
            {
                Drop(IsReleasing ? PortMappingOutcome.Released : PortMappingOutcome.NoAnswer);
            }
        }

        if (_lease is { } lease && lease.Expiry <= now)
        {
            Fail(PortMappingOutcome.NoAnswer, "the mapping's time passed and the router did not answer");
        }
        else if (_lease?.Renewal <= now && !IsListening)
        {
            Ask(now);
        }
    }

    /// <inheritdoc/>
    public override bool TryPollDatagram(TimeSpan now, Span<byte> buffer, out int written, [NotNullWhen(true)] out IPEndPoint? to)
    {
        bool isDue = _timer.TrySend(now);
        (written, to) = isDue ? (Write(buffer), _server) : (0, null);
        return isDue;
    }

    /// <inheritdoc/>
    public override bool TryHandleDatagram(TimeSpan now, ReadOnlySpan<byte> datagram, IPEndPoint from) =>
        IsListening && EndPoints.AreSame(from, _server) && TryHandle(now, datagram);

    /// <summary>Writes the request of the moment.</summary>
    protected abstract int Write(Span<byte> buffer);

    /// <summary>Takes a datagram of the router's while one is waited for.</summary>
    protected abstract bool TryHandle(TimeSpan now, ReadOnlySpan<byte> datagram);

    /// <summary>Sends the request of the moment until it is answered.</summary>
    protected void Ask(TimeSpan now) => _timer = RequestTimer.StartedAt(now);

    /// <summary>It is answered, and nothing is to be asked at present.</summary>
    protected void Rest() => _timer = default;

    /// <summary>The mapping was given back.</summary>
    protected void FinishRelease()
    {
        Rest();
        Drop(PortMappingOutcome.Released);
    }

    /// <summary>It is over, until it begins anew.</summary>
    protected void Fail(PortMappingOutcome outcome, string detail)
    {
        Rest();
        _lease = null;
        Drop(outcome, detail);
    }

    /// <summary>Takes a grant, if it can be true.</summary>
    protected void Take(TimeSpan now, IPEndPoint external, uint lifetime, bool epochHolds)
    {
        if (MappingGrant.Flaw(Target, external, lifetime) is { } flaw)
        {
            Fail(PortMappingOutcome.Nonsense, flaw);
            return;
        }

        Rest();
        MappingLease lease = MappingLease.From(now, lifetime, Target.Lease);
        _lease = lease;
        Hold(external, lease.Granted, wasLost: !epochHolds);
    }

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b ?? a : a;
}
