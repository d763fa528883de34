using System.Net;
using Ants.Nat;
using Ants.Protocol;
using Ants.Protocol.Wire;

namespace Ants.Agents;

/// <summary>
/// Knows at which addresses this agent may be reached: its own, those that its owner told, those that routers map, and those that relays' STUN
/// sees.
/// Asks again whenever somebody needs to know, at most a few times a second.
/// </summary>
internal sealed class CandidateGatherer(AgentCore core, AntsOptions options)
{
    // A punch that failed asks again every second at most; twice that often is never useful.
    private static readonly TimeSpan s_leastInterval = TimeSpan.FromMilliseconds(250);

    // RFC 8489 asks a server for 39.5 s; a relay that has not answered in this time is down, and must not keep the others
    // from being asked again.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    // Asking the system for its addresses takes a millisecond or more, and most changes are told by it.
    private static readonly TimeSpan s_hostsAge = TimeSpan.FromSeconds(5);

    private readonly Dictionary<IPEndPoint, Candidate> _reflexive = [];
    private IReadOnlyList<IPAddress> _hosts = [];
    private Instant _hostsAt = new(long.MinValue / 2);
    private StunGatherer? _running;
    private ScheduledAction? _timer;
    private Instant _startedAt = new(long.MinValue / 2);

    /// <summary>What to tell a peer, best first. Never anything when the agent is to stay behind its relays.</summary>
    public CandidateSet Local { get; private set; } = new(CandidateFilter.Local());

    /// <summary>Addresses of the host's own interfaces, when it last looked.</summary>
    public IReadOnlyList<IPAddress> Hosts => _hosts;

    /// <summary>Where relays see the agent's socket, one for each that has answered.</summary>
    public IEnumerable<Candidate> Reflexive => _reflexive.Values;

    /// <summary>Whether no relay is being asked.</summary>
    public bool IsSettled => _running is null or { IsFinished: true };

    /// <summary>The same as a peer is told it, one list for all sessions.</summary>
    public IReadOnlyList<WireCandidate> Told { get; private set; } = [];

    /// <summary>Whether addresses of this host alone count, since its relays are on it too.</summary>
    public bool AllowLoopback => core.Links.All.Any(link => link.EndPoint is { } relay && IPAddress.IsLoopback(relay.Address));

    /// <summary>Asks all relays anew, unless that is under way or was done a moment ago.</summary>
    public void Refresh()
    {
        Instant now = core.Now;
        TimeSpan age = now - _startedAt;
        if (!options.RelayOnly && age >= (_running is { IsFinished: false } ? s_patience : s_leastInterval))
        {
            Begin(now);
        }
    }

    /// <summary>The host may be in another network. What relays saw us at is void when it <paramref name="moved"/>; they are asked anew.</summary>
    public void OnNetworkChanged(bool moved)
    {
        if (options.RelayOnly)
        {
            return;
        }

        if (moved)
        {
            _reflexive.Clear();
        }

        ReadHosts(core.Now);
        Begin(core.Now);
    }

    /// <summary>A router has granted a mapping, or one is gone.</summary>
    public void OnMappingsChanged() => Rebuild();

    /// <summary>Takes a STUN message; false when it answers nothing that was asked.</summary>
    public bool TryHandle(Instant now, ReadOnlySpan<byte> datagram, IPEndPoint from)
    {
        if (_running is null || !_running.TryHandleResponse(Time(now), datagram, from))
        {
            return false;
        }

        Advance(now);
        return true;
    }

    private static TimeSpan Time(Instant now) => TimeSpan.FromTicks(now.Ticks);

    private void Begin(Instant now)
    {
        _startedAt = now;
        _running = new StunGatherer();
        Span<byte> id = stackalloc byte[StunTransactionId.Length];
        foreach (IPEndPoint server in core.Links.All.SelectMany(link => link.Called))
        {
            core.FillRandom(id);
            _running.TryAdd(server, new StunTransactionId(id), Time(now));
        }

        if (now - _hostsAt >= s_hostsAge)
        {
            ReadHosts(now);
        }

        Rebuild();
        Advance(now);
    }

    private void ReadHosts(Instant now)
    {
        _hosts = options.Network.LocalAddresses();
        _hostsAt = now;
    }

    private void Advance(Instant now)
    {
        Span<byte> request = stackalloc byte[StunTransaction.RequestLength];
        while (_running!.TryPollTransmit(Time(now), request, out int written, out IPEndPoint? server))
        {
            core.Driver.SendDatagram(server, request[..written]);
        }

        bool news = false;
        while (_running.TryPollResult(out StunResult? result))
        {
            if (result.ToCandidate() is { } candidate)
            {
                bool isKnown = _reflexive.TryGetValue(result.Server, out Candidate? known);
                bool differs = known != candidate;
                news |= differs;
                _reflexive[result.Server] = candidate;
                if (isKnown && differs)
                {
                    OnMappingChanged(now, result.Server);
                }
            }
        }

        if (news)
        {
            Rebuild();
        }

        _timer?.Cancel();
        _timer = _running.NextTimeout is { } next ? core.At(new Instant(next.Ticks), OnTimeout) : null;
    }

    /// <summary>Our NAT has another mapping towards a relay: what the relay sends goes to the old one, until it hears from us.</summary>
    private void OnMappingChanged(Instant now, IPEndPoint server)
    {
        core.Mappings.Check();
        foreach (RelayLink link in core.Links.All.Where(link => link.IsAt(server)))
        {
            link.Session?.Revive(now);
        }
    }

    private void OnTimeout()
    {
        _running!.HandleTimeout(Time(core.Now));
        Advance(core.Now);
    }

    private void Rebuild()
    {
        CandidateSet fresh = new(CandidateFilter.Local() with { AllowLoopback = AllowLoopback });
        int port = core.Driver.LocalEndPoint.Port;
        foreach (IPAddress address in _hosts)
        {
            fresh.Add(new Candidate(CandidateKind.Host, new IPEndPoint(address, port)));
        }

        foreach (IPEndPoint advertised in options.AdvertisedAddresses)
        {
            fresh.Add(new Candidate(CandidateKind.Advertised, advertised));
        }

        foreach (IPEndPoint mapped in core.Mappings.External)
        {
            fresh.Add(new Candidate(CandidateKind.Mapped, mapped));
        }

        foreach (Candidate reflexive in _reflexive.Values)
        {
            fresh.Add(reflexive);
        }

        if (!fresh.SequenceEqual(Local))
        {
            Local = fresh;
            Told = [.. fresh.Take(CandidatesFrame.MaxCandidates).Select(candidate => new WireCandidate(CandidateCode.Encode(candidate), candidate.Endpoint))];
            core.OnLocalCandidates();
        }
    }
}
