using System.Net;
using Ants.Crypto;

namespace Ants.Nat;

/// <summary>
/// Finds out what the NATs before this host do in one address family, by asking STUN servers from spare sockets (RFC 5780). A server with one
/// address and one port shows the mapping when there is another such server; one with two ports shows how it depends on ports, and filtering by
/// ports; one with two addresses, or a relay that is a stranger to a socket and sends there when it is asked to, shows all. Pure: the caller carries out <see cref="Script"/> with <see cref="Sockets"/> sockets.
/// </summary>
/// <remarks>
/// <code>
/// socket 0   every server, then the other places of the best one     mapping: what each saw, compared
/// socket 1   the best server; "answer from elsewhere", a stranger     filtering: which answers come through
/// socket 1-4 the best server (and a second place)                     allocation: the ports of new mappings, in their order
/// socket 0,1 each other's external address                            hairpinning
/// </code>
/// </remarks>
internal sealed class BehaviourDiscovery
{
    /// <summary>How many sockets are used: five mappings give four differences, enough to tell a sequence from chance.</summary>
    public const int Sockets = 5;

    // An agent holds two relays; a silent server costs 2.75 s.
    private const int MostServers = 4;

    private const int First = 0;
    private const int Second = 1;

    private readonly BehaviourTarget _target;
    private readonly MappingEvidence _mapping = new();
    private readonly AllocationEvidence _allocation = new();
    private readonly List<StunPlaces> _answered = [];
    private readonly int[] _localPorts = new int[Sockets];
    private readonly IPEndPoint?[] _external = new IPEndPoint?[Sockets];
    private readonly HashSet<IPAddress> _addresses = [];
    private (FilteringBehaviour Filtering, bool IsExact) _filtering;
    private bool? _hairpinning;

    /// <summary>Makes a discovery that has asked nobody yet.</summary>
    public BehaviourDiscovery(BehaviourTarget target, EntropySource entropy)
    {
        _target = target;
        Script = new StunScript(Steps(), entropy);
    }

    /// <summary>What is sent and waited for.</summary>
    public StunScript Script { get; }

    /// <summary>The server that can tell most, of those that answered; null if none did.</summary>
    public IPEndPoint? BestServer => Best?.Main;

    private StunPlaces? Best =>
        _answered.Find(places => places.OtherBoth is not null) ?? _answered.Find(places => places.OtherPort is not null) ?? _answered.FirstOrDefault();

    private bool IsDependent => _mapping.Judge(IsOwn).Mapping >= MappingBehaviour.AddressDependent;

    /// <summary>Says to which port a socket was bound. Before its first request.</summary>
    public void SetLocalPort(int socket, int port) => _localPorts[socket] = port;

    /// <summary>What has been found so far; null when nobody answered.</summary>
    public NatBehaviour? Describe(DateTimeOffset now)
    {
        if (_mapping.Seen.Count == 0)
        {
            return null;
        }

        (MappingBehaviour mapping, bool isExact) = _mapping.Judge(IsOwn);
        (PortAllocation allocation, int step) = mapping == MappingBehaviour.NoNat ? default : _allocation.Judge(IsDependent);
        return new NatBehaviour
        {
            Family = _target.Family,
            Mapping = mapping,
            IsMappingExact = isExact,
            Filtering = _filtering.Filtering,
            IsFilteringExact = _filtering.IsExact,
            Allocation = allocation,
            AllocationStep = step,
            Hairpinning = _hairpinning,
            ExternalAddresses = [.. _addresses],
            MeasuredAt = now,
        };
    }

    private IEnumerable<StunStep> Steps()
    {
        foreach (IPEndPoint server in _target.Servers.Select(EndPoints.Unmap).Distinct().Take(MostServers))
        {
            StunStep ask = StunStep.Ask(First, new StunQuery(server));
            yield return ask;
            if (Note(ask))
            {
                _answered.Add(StunPlaces.From(ask.Result!));
            }
        }

        if (Best is not { } best)
        {
            yield break;
        }

        foreach (IPEndPoint other in best.Others)
        {
            StunStep ask = StunStep.Ask(First, new StunQuery(other));
            yield return ask;
            Note(ask);
        }

        IEnumerable<StunStep> rest = Filter(best);
        rest = _mapping.Judge(IsOwn).Mapping == MappingBehaviour.NoNat ? rest : rest.Concat(Allocate(best)).Concat(Hairpin());
        foreach (StunStep step in rest)
        {
            yield return step;
        }
    }

    /// <summary>RFC 5780 section 4.4. Only a place that has answered the first socket can be missed by the second.</summary>
    private IEnumerable<StunStep> Filter(StunPlaces best)
    {
        bool byAddress = _mapping.Has(best.OtherBoth), byPort = _mapping.Has(best.OtherPort);
        IPEndPoint? knocker = byAddress ? null : _target.Knockers.FirstOrDefault(other => !other.Address.Equals(best.Main.Address) && _mapping.Has(other));
        if (!byAddress && !byPort && knocker is null)
        {
            yield break;
        }

        StunStep open = StunStep.Ask(Second, new StunQuery(best.Main));
        yield return open;
        if (!Sample(open))
        {
            yield break;
        }

        bool addressIsFiltered = false;
        if (byAddress)
        {
            StunStep stranger = StunStep.Ask(Second, new StunQuery(best.Main) { ChangeAddress = true, ChangePort = true, AnswersFrom = best.OtherBoth });
            yield return stranger;
            if (stranger.Succeeded)
            {
                _filtering = (FilteringBehaviour.EndpointIndependent, true);
                yield break;
            }

            addressIsFiltered = stranger.Result!.Outcome == StunOutcome.TimedOut;
        }
        else if (knocker is not null)
        {
            StunStep knock = StunStep.Ask(Second, new StunQuery(knocker) { KnockPort = _external[Second]!.Port });
            yield return knock;
            if (knock.Succeeded)
            {
                _filtering = (FilteringBehaviour.EndpointIndependent, true);
                yield break;
            }

            // It was filtered only if it was sent, and to where the socket is: a NAT with a pool may show the session another address.
            addressIsFiltered = knock.Result!.Outcome == StunOutcome.TimedOut && _external[Second]!.Equals(knock.KnockedAt);
        }

        _filtering = addressIsFiltered ? (FilteringBehaviour.AddressDependent, false) : default;
        if (byPort)
        {
            StunStep neighbour = StunStep.Ask(Second, new StunQuery(best.Main) { ChangePort = true, AnswersFrom = best.OtherPort });
            yield return neighbour;
            _filtering = neighbour.Result!.Outcome switch
            {
                StunOutcome.Success => addressIsFiltered ? (FilteringBehaviour.AddressDependent, true) : (FilteringBehaviour.EndpointIndependent, false),
                StunOutcome.TimedOut => (FilteringBehaviour.AddressAndPortDependent, true),
                _ => _filtering,
            };
        }
    }

    private IEnumerable<StunStep> Allocate(StunPlaces best)
    {
        IPEndPoint[] places = [best.Main, .. IsDependent ? _mapping.Seen.Select(seen => seen.Server).Where(server => !server.Equals(best.Main)).TakeLast(1) : []];
        for (int socket = Second; socket < Sockets; socket++)
        {
            foreach (IPEndPoint place in places)
            {
                if (socket != Second || _external[Second] is null || place != best.Main)
                {
                    StunStep ask = StunStep.Ask(socket, new StunQuery(place));
                    yield return ask;
                    Sample(ask);
                }
            }
        }
    }

    /// <summary>
    /// RFC 5780 section 4.5, with two sockets: the first request opens the filter of its sender's mapping to the second, which comes back by it.
    /// Where mappings depend on the destination, the filter was opened for another port than the one that the second comes from: silence says nothing.
    /// </summary>
    private IEnumerable<StunStep> Hairpin()
    {
        if (_external[First] is not { } first || _external[Second] is not { } second || !IsOfUse(first) || !IsOfUse(second))
        {
            yield break;
        }

        StunStep there = StunStep.Ask(First, new StunQuery(second) { ExpectsItself = true }, listensOn: Second);
        yield return there;
        StunStep back = StunStep.Ask(Second, new StunQuery(first) { ExpectsItself = true }, listensOn: First);
        if (!there.Succeeded)
        {
            yield return back;
        }

        _hairpinning = there.Succeeded || back.Succeeded ? true : IsDependent ? null : false;
    }

    /// <summary>What the first socket was seen at: evidence of the mapping too.</summary>
    private bool Note(StunStep ask)
    {
        if (!Sample(ask))
        {
            return false;
        }

        _mapping.Add(ask.Result!.Server, ask.Result.MappedAddress!);
        return true;
    }

    private bool Sample(StunStep ask)
    {
        if (!ask.Succeeded || ask.Result!.MappedAddress is not { } mapped || !IsCredible(mapped))
        {
            return false;
        }

        _external[ask.Socket] ??= mapped;
        _addresses.Add(mapped.Address);
        _allocation.Add(ask.Socket, _localPorts[ask.Socket], mapped);
        return true;
    }

    private bool IsCredible(IPEndPoint mapped) => mapped.AddressFamily == _target.Family
        && (CandidateFilter.Local() with { AllowLoopback = true }).Check(mapped) == CandidateRefusal.None;

    /// <summary>
    /// Whether something may be sent to what servers call our address: a server that lies must not aim it at our own network, unless that is where
    /// it stands itself.
    /// </summary>
    private bool IsOfUse(IPEndPoint external) =>
        AddressScopes.Of(external.Address) is var scope && scope != AddressScope.None
        && (scope == AddressScope.Public || AddressScopes.Of(BestServer!.Address) == AddressScope.Private);

    private bool IsOwn(IPEndPoint mapped) => mapped.Port == _localPorts[First] && _target.LocalAddresses.Contains(mapped.Address);
}
