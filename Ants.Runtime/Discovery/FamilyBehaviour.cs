using System.Net;
using System.Net.Sockets;
using Ants.Agents;
using Ants.Nat;
using Ants.Protocol;

namespace Ants.Discovery;

/// <summary>
/// What the NATs of the present network do in one address family: as it is remembered, as soon as a server has said where it sees us, and then as it
/// is found out. Runs on the driver.
/// </summary>
internal sealed class FamilyBehaviour(AgentCore core, AntsOptions options, NatBehaviours owner, AddressFamily family)
{
    // A first connection has the network for itself: by then it has become direct, or it will not soon.
    private static readonly TimeSpan s_delay = TimeSpan.FromSeconds(1);

    // A host that goes back and forth between two networks does not measure them each time.
    private static readonly TimeSpan s_fresh = TimeSpan.FromMinutes(10);

    // The relays that an agent is given, two addresses of this family each; who is beyond that is not asked what it sees.
    private const int MostObservers = 16;

    private readonly Dictionary<IPEndPoint, IPAddress> _observed = [];
    private readonly HashSet<IPEndPoint> _asked = [];
    private NetworkKey? _key;
    private LifetimeBounds _lifetime;
    private ScheduledAction? _due;
    private ScriptTalk? _discovering, _searching;

    /// <summary>What is known now; null for nothing.</summary>
    public NatBehaviour? Current { get; private set; }

    /// <summary>Whether no measurement is under way or due; the search for the lifetime of mappings, which takes minutes, does not count.</summary>
    public bool IsSettled => _due is null && _discovering is null;

    /// <summary>A server has told where it sees the agent's own socket.</summary>
    public void OnObserved(IPEndPoint server, IPAddress external)
    {
        // A NAT with a pool shows other servers other addresses; the same server sees another one when the network is another.
        bool isNew = !_observed.TryGetValue(server, out IPAddress? before);
        if (_key is null || (!isNew && !before!.Equals(external)))
        {
            Enter(NetworkKey.Of(RouterTo(server), external), server);
        }
        else if (isNew && _discovering is null && Current is { IsMappingExact: false, FromCache: false } && !_asked.Contains(server))
        {
            Schedule();
        }

        if (_observed.Count < MostObservers || !isNew)
        {
            _observed[server] = external;
        }
    }

    /// <summary>A relay says that it has sent what was asked for.</summary>
    public void OnKnocked(StunTransactionId id, IPEndPoint to) => _discovering?.HandleKnocked(id, to);

    /// <summary>Measures soon, if nothing does yet.</summary>
    public void Schedule() => _due ??= core.After(s_delay, Discover);

    /// <summary>The host is in another network: nothing is known, and nothing goes on.</summary>
    public void Leave()
    {
        End();
        _observed.Clear();
        _asked.Clear();
        (_key, _lifetime) = (null, default);
        Tell(null);
    }

    /// <summary>Ends all that goes on.</summary>
    public void End()
    {
        _due?.Cancel();
        _discovering?.End();
        _searching?.End();
        (_due, _discovering, _searching) = (null, null, null);
    }

    private void Enter(NetworkKey key, IPEndPoint server)
    {
        Leave();
        _key = key;
        if (owner.Networks.Find(key) is not { } known)
        {
            Schedule();
            return;
        }

        _lifetime = known.Lifetime;
        Tell(known.Behaviour with { FromCache = true });
        TimeSpan age = core.Time.GetUtcNow() - known.Behaviour.MeasuredAt;
        if (age >= TimeSpan.Zero && age < s_fresh)
        {
            _asked.Add(server);
            Search(server);
        }
        else
        {
            Schedule();
        }
    }

    private void Discover()
    {
        _due = null;
        IPEndPoint[] servers = [.. core.Links.All.SelectMany(link => link.Called).Concat(options.StunServers)
            .Select(EndPoints.Unmap).Where(server => server.AddressFamily == family).Distinct()];
        if (servers.Length == 0 || _discovering is not null)
        {
            return;
        }

        _searching?.End();
        _searching = null;
        _asked.UnionWith(servers);
        IPAddress[] own = [.. options.Network.LocalAddresses(), .. servers.Select(server => options.Network.SourceFor(server.Address)).OfType<IPAddress>()];
        IPEndPoint[] strangers = [.. core.Links.Held.Select(link => link.EndPoint).OfType<IPEndPoint>().Select(EndPoints.Unmap)];
        BehaviourDiscovery discovery = new(new BehaviourTarget(family, servers, own) { Knockers = strangers }, options.Network.Entropy);
        _discovering = new ScriptTalk(core, options.Network, discovery.Script, discovery.SetLocalPort, () => OnStep(discovery));
        _discovering.Begin();
    }

    private void OnStep(BehaviourDiscovery discovery)
    {
        if (!discovery.Script.IsFinished)
        {
            return;
        }

        _discovering = null;
        if (discovery.Describe(core.Time.GetUtcNow()) is { } found)
        {
            // An agent without relays learns only now where it is.
            _key ??= NetworkKey.Of(RouterTo(discovery.BestServer!), found.ExternalAddresses[0]);
            _lifetime = _lifetime == default ? owner.Networks.Find(_key.Value)?.Lifetime ?? default : _lifetime;
            Keep(found);
            owner.OnFound(Current!);
            Search(discovery.BestServer!);
        }
    }

    /// <summary>Learns how long mappings live, where any do: who is public and behind no firewall has none.</summary>
    private void Search(IPEndPoint server)
    {
        if (_lifetime.Next is null || Current is { Mapping: MappingBehaviour.NoNat, Filtering: FilteringBehaviour.EndpointIndependent })
        {
            return;
        }

        LifetimeSearch search = new(server, _lifetime, options.Network.Entropy);
        _searching = new ScriptTalk(core, options.Network, search.Script, (_, _) => { }, () => OnStep(search));
        _searching.Begin();
    }

    private void OnStep(LifetimeSearch search)
    {
        if (search.Bounds != _lifetime)
        {
            _lifetime = search.Bounds;
            Keep(Current!);
        }
    }

    private void Keep(NatBehaviour behaviour)
    {
        NatBehaviour whole = behaviour with { BindingLifetime = _lifetime.Held > TimeSpan.Zero ? _lifetime.Held : null };
        owner.Remember(new KnownNetwork(_key!.Value, whole, _lifetime));
        Tell(whole);
    }

    private void Tell(NatBehaviour? behaviour)
    {
        Current = behaviour;
        owner.OnChanged();
    }

    /// <summary>The router by which packets to a server leave.</summary>
    private IPAddress? RouterTo(IPEndPoint server)
    {
        IPAddress? source = options.Network.SourceFor(server.Address);
        return options.Network.Gateways().Where(gateway => gateway.Local.AddressFamily == family)
            .OrderByDescending(gateway => gateway.Local.Equals(source)).FirstOrDefault()?.Router;
    }
}
