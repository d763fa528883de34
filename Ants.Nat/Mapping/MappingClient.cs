using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Ants.Nat;

/// <summary>
/// One protocol with one router, as a pure state machine: finds out whether the router speaks it, and once told to holds a mapping, until told
/// to give it back. Time is an argument; what is to be sent is polled for; what came is handed in.
/// </summary>
internal abstract class MappingClient(PortMappingProtocols protocol, MappingTarget target)
{
    private readonly Queue<MappingEvent> _events = new();

    public PortMappingProtocols Protocol => protocol;

    public PortMappingOutcome Outcome { get; private set; }

    public string Detail { get; private set; } = "";

    /// <summary>The mapping that is held.</summary>
    public PortMapping? Mapping { get; private set; }

    /// <summary>When to call <see cref="HandleTimeout"/> or to poll again; null for never.</summary>
    public abstract TimeSpan? NextTimeout { get; }

    /// <summary>Whether an answer by datagram is waited for.</summary>
    public abstract bool IsListening { get; }

    /// <summary>Whether nothing more can come of it.</summary>
    public bool HasFailed => Outcome is PortMappingOutcome.NoAnswer or PortMappingOutcome.Unsupported
        or PortMappingOutcome.Refused or PortMappingOutcome.Nonsense;

    protected MappingTarget Target => target;

    /// <summary>Asks whether the router speaks it; from the beginning.</summary>
    public abstract void Begin(TimeSpan now);

    /// <summary>Asks for the mapping; only when it is <see cref="PortMappingOutcome.Available"/>.</summary>
    public abstract void Claim(TimeSpan now);

    /// <summary>Asks for nothing more: another protocol has a mapping.</summary>
    public abstract void StandDown();

    /// <summary>Asks now whether the router still has the mapping, and for it again if not.</summary>
    public abstract void Check(TimeSpan now);

    /// <summary>Gives the mapping back; <see cref="Outcome"/> is <see cref="PortMappingOutcome.Released"/> once that is done.</summary>
    public abstract void Release(TimeSpan now);

    public abstract void HandleTimeout(TimeSpan now);

    /// <summary>Takes a datagram from the network of the gateway; false when it is none of this client's.</summary>
    public abstract bool TryHandleDatagram(TimeSpan now, ReadOnlySpan<byte> datagram, IPEndPoint from);

    /// <summary>Writes the next datagram that is due.</summary>
    public abstract bool TryPollDatagram(TimeSpan now, Span<byte> buffer, out int written, [NotNullWhen(true)] out IPEndPoint? to);

    /// <summary>Takes the next request over TCP; its answer goes to <see cref="HandleAnswer"/>.</summary>
    public virtual bool TryPollExchange([NotNullWhen(true)] out RouterExchange? exchange)
    {
        exchange = null;
        return false;
    }

    /// <summary>The answer to an exchange; null when none came.</summary>
    public virtual void HandleAnswer(TimeSpan now, RouterExchange exchange, HttpAnswer? answer)
    {
    }

    public bool TryPollEvent(out MappingEvent e) => _events.TryDequeue(out e);

    /// <summary>From now on it is so.</summary>
    protected void Become(PortMappingOutcome outcome, string detail = "")
    {
        Outcome = outcome;
        Detail = detail;
    }

    /// <summary>The router granted it, for the first time or again.</summary>
    protected void Hold(IPEndPoint external, TimeSpan lifetime, bool wasLost)
    {
        MappingEventKind kind = Mapping is null ? MappingEventKind.Mapped
            : wasLost || !EndPoints.AreSame(Mapping.External, external) ? MappingEventKind.Recreated : MappingEventKind.Renewed;
        Mapping = new PortMapping(protocol, target.Gateway, target.Internal, external, lifetime);
        Become(PortMappingOutcome.Mapped, Mapping.IsBehindAnotherNat ? "the router stands behind another NAT" : "");
        _events.Enqueue(new MappingEvent(kind, Mapping));
    }

    /// <summary>It is not held any more.</summary>
    protected void Drop(PortMappingOutcome outcome, string detail = "")
    {
        if (Mapping is not null)
        {
            _events.Enqueue(new MappingEvent(
                outcome == PortMappingOutcome.Released ? MappingEventKind.Released : MappingEventKind.Lost, Mapping));
            Mapping = null;
        }

        Become(outcome, detail);
    }
}
