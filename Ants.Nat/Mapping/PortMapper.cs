using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Ants.Nat;

/// <summary>
/// Holds one mapping at one router, by the best protocol that the router speaks. All are asked at the same time; what a router is asked to do
/// for us, it is asked by one of them at a time, since a mapping by two protocols would be two owners' to some routers.
/// <para>Pure: times are arguments, monotonic since any fixed start. Not thread-safe.</para>
/// </summary>
internal sealed class PortMapper
{
    // A router that speaks the better protocol answers within milliseconds; this leaves room for the loss of its first answer
    // (250 ms). Then the next protocol has its turn.
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(600);

    // A router that cannot, or would not, is asked again now and then: its owner may have switched it on. What a round costs
    // the network is about 30 small packets.
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMinutes(2), s_longestPause = TimeSpan.FromMinutes(32);

    private readonly List<MappingClient> _clients = [];
    private readonly Queue<MappingEvent> _events = new();
    private TimeSpan? _graceEnds, _nextRound;
    private TimeSpan _pause = s_firstPause;
    private bool _isReleasing;

    public PortMapper(MappingTarget target, PortMappingProtocols allowed)
    {
        Gateway = target.Gateway;
        Add(PortMappingProtocols.Pcp, () => new PcpClient(target));
        if (target.Gateway.Local.AddressFamily == AddressFamily.InterNetwork)
        {
            Add(PortMappingProtocols.NatPmp, () => new NatPmpClient(target));
        }

        Add(PortMappingProtocols.Upnp, () => new UpnpClient(target));

        void Add(PortMappingProtocols protocol, Func<MappingClient> create)
        {
            if (allowed.HasFlag(protocol))
            {
                _clients.Add(create());
            }
        }
    }

    public NetworkGateway Gateway { get; }

    /// <summary>The mapping that is held.</summary>
    public PortMapping? Mapping => _clients.Find(client => client.Mapping is not null)?.Mapping;

    /// <summary>How far each protocol is.</summary>
    public IEnumerable<PortMappingAttempt> Attempts =>
        _clients.Select(client => new PortMappingAttempt(Gateway, client.Protocol, client.Outcome, client.Detail));

    /// <summary>When to call <see cref="HandleTimeout"/>; null for never.</summary>
    public TimeSpan? NextTimeout
    {
        get
        {
            TimeSpan? earliest = _graceEnds is null || _nextRound < _graceEnds ? _nextRound : _graceEnds;
            foreach (MappingClient client in _clients)
            {
                earliest = earliest is null || client.NextTimeout < earliest ? client.NextTimeout ?? earliest : earliest;
            }

            return earliest;
        }
    }

    /// <summary>Whether datagrams are waited for.</summary>
    public bool IsListening => _clients.Exists(client => client.IsListening);

    /// <summary>Whether all has been given back, as far as that can be had.</summary>
    public bool IsReleased => _isReleasing && _clients.TrueForAll(client => client.Outcome == PortMappingOutcome.Released);

    /// <summary>Begins to ask the router, by all protocols.</summary>
    public void Begin(TimeSpan now)
    {
        _graceEnds = now + s_grace;
        _nextRound = null;
        foreach (MappingClient client in _clients)
        {
            client.Begin(now);
        }
    }

    /// <summary>Something may have changed: asks now whether the mapping is still there; for one, if there was none.</summary>
    public void Check(TimeSpan now)
    {
        if (_clients.Find(client => client.Mapping is not null) is { } holder)
        {
            holder.Check(now);
        }
        else if (!_clients.Exists(IsHopeful))
        {
            _pause = s_firstPause;
            Begin(now);
        }
    }

    /// <summary>Gives back what is held. It is done when <see cref="IsReleased"/> says so.</summary>
    public void Release(TimeSpan now)
    {
        _isReleasing = true;
        (_graceEnds, _nextRound) = (null, null);
        foreach (MappingClient client in _clients)
        {
            client.Release(now);
        }
    }

    public void HandleTimeout(TimeSpan now)
    {
        foreach (MappingClient client in _clients)
        {
            client.HandleTimeout(now);
        }

        Decide(now);
    }

    /// <summary>Takes a datagram that came to our address in the router's network; false when it says nothing to us.</summary>
    public bool TryHandleDatagram(TimeSpan now, ReadOnlySpan<byte> datagram, IPEndPoint from)
    {
        bool isKnown = false;
        foreach (MappingClient client in _clients)
        {
            // What says "I speak another version" is of interest to two.
            isKnown |= client.TryHandleDatagram(now, datagram, from);
        }

        Decide(now);
        return isKnown;
    }

    /// <summary>Takes the answer to an exchange; null when none came in time.</summary>
    public void HandleAnswer(TimeSpan now, RouterExchange exchange, HttpAnswer? answer)
    {
        foreach (MappingClient client in _clients)
        {
            client.HandleAnswer(now, exchange, answer);
        }

        Decide(now);
    }

    /// <summary>Writes the next datagram that is due. Call until it returns false.</summary>
    public bool TryPollDatagram(TimeSpan now, Span<byte> buffer, out int written, [NotNullWhen(true)] out IPEndPoint? to)
    {
        foreach (MappingClient client in _clients)
        {
            if (client.TryPollDatagram(now, buffer, out written, out to))
            {
                return true;
            }
        }

        (written, to) = (0, null);
        return false;
    }

    /// <summary>The next request over TCP. Call until it returns false.</summary>
    public bool TryPollExchange([NotNullWhen(true)] out RouterExchange? exchange)
    {
        foreach (MappingClient client in _clients)
        {
            if (client.TryPollExchange(out exchange))
            {
                return true;
            }
        }

        exchange = null;
        return false;
    }

    public bool TryPollEvent(out MappingEvent e) => _events.TryDequeue(out e);

    /// <summary>Whose turn it is.</summary>
    private void Decide(TimeSpan now)
    {
        bool wasLost = false;
        foreach (MappingClient client in _clients)
        {
            while (client.TryPollEvent(out MappingEvent e))
            {
                wasLost |= e.Kind == MappingEventKind.Lost;
                _events.Enqueue(e);
            }
        }

        if (_isReleasing)
        {
            return;
        }

        if ((wasLost && Mapping is null) || _nextRound <= now)
        {
            Begin(now);
        }

        if (_graceEnds <= now)
        {
            _graceEnds = null;
        }

        if (Mapping is not null)
        {
            StandDownOthers();
        }
        else if (!_clients.Exists(client => client.Outcome == PortMappingOutcome.Claiming))
        {
            Choose(now);
        }
    }

    private void StandDownOthers()
    {
        _pause = s_firstPause;
        foreach (MappingClient other in _clients.Where(client => client.Mapping is null))
        {
            // Until then they may still say that they would have been there: worth knowing, and no more than a packet or two.
            if (_graceEnds is null || other.Outcome == PortMappingOutcome.Available)
            {
                other.StandDown();
            }
        }
    }

    private void Choose(TimeSpan now)
    {
        foreach (MappingClient client in _clients.Where(IsHopeful))
        {
            if (client.Outcome == PortMappingOutcome.Available)
            {
                foreach (MappingClient slower in _clients.Where(slower => slower.Outcome == PortMappingOutcome.Asking && slower.Protocol < client.Protocol))
                {
                    slower.StandDown();
                }

                client.Claim(now);
                return;
            }

            if (_graceEnds is not null)
            {
                return;
            }
        }

        if (_nextRound is null && !_clients.Exists(IsHopeful))
        {
            _nextRound = now + _pause;
            _pause = _pause * 2 < s_longestPause ? _pause * 2 : s_longestPause;
        }
    }

    private static bool IsHopeful(MappingClient client) => !client.HasFailed && client.Outcome != PortMappingOutcome.NotNeeded;
}
