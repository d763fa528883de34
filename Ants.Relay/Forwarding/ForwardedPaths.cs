using System.Diagnostics.CodeAnalysis;
using Ants.Protocol;
using Ants.Protocol.Wire;

namespace Ants.Relay.Forwarding;

/// <summary>
/// All paths that a relay forwards without opening their packets, by the ids that it has issued. An agent's go with its registration. Bounded
/// for each agent and in all; one that is in use is never given up for another.
/// </summary>
internal sealed class ForwardedPaths(Func<ulong> nextRandom, int capacity = ForwardedPaths.DefaultCapacity)
{
    /// <summary>
    /// Paths of all agents, about 200 MB: ten for each of as many agents as a relay serves by default. Many agents with few peers are what it
    /// is for, and a thousand that ask for all that one may have take no more.
    /// </summary>
    public const int DefaultCapacity = 1_000_000;

    /// <summary>Paths of one agent; those beyond are tunnelled. An agent that keeps to the protocol has half of them at most.</summary>
    public const int MaxPerAgent = 1024;

    /// <summary>Agents ask anew for what they have not used for half as long.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromMinutes(10);

    private readonly Dictionary<ConnectionId, ForwardedPath> _byId = [];
    private readonly Dictionary<RelayedAgent, Dictionary<(AgentId To, ConnectionId Inner), ForwardedPath>> _byAgent = [];

    /// <summary>Paths of all agents.</summary>
    public int Count => _byId.Count;

    public bool TryFind(ConnectionId id, [NotNullWhen(true)] out ForwardedPath? path) => _byId.TryGetValue(id, out path);

    /// <summary>The path that <paramref name="from"/> asks for, the same for the same question; null when it, or all together, have as many as they may.</summary>
    public ForwardedPath? Issue(Instant now, RelayedAgent from, AgentId to, ConnectionId inner)
    {
        if (!_byAgent.TryGetValue(from, out Dictionary<(AgentId, ConnectionId), ForwardedPath>? own))
        {
            _byAgent[from] = own = [];
        }

        if (!own.TryGetValue((to, inner), out ForwardedPath? path))
        {
            if (own.Count >= MaxPerAgent)
            {
                Prune(now, own);
            }

            if (own.Count >= MaxPerAgent || _byId.Count >= capacity)
            {
                return null;
            }

            path = new ForwardedPath(NextId(), from, to, inner);
            own.Add((to, inner), path);
            _byId.Add(path.Id, path);
        }

        path.UsedAt = now;
        return path;
    }

    /// <summary>An agent's registration has ended.</summary>
    public void Remove(RelayedAgent from)
    {
        if (_byAgent.Remove(from, out Dictionary<(AgentId, ConnectionId), ForwardedPath>? own))
        {
            foreach (ForwardedPath path in own.Values)
            {
                _byId.Remove(path.Id);
            }
        }
    }

    private void Prune(Instant now, Dictionary<(AgentId To, ConnectionId Inner), ForwardedPath> own)
    {
        foreach (ForwardedPath path in own.Values.Where(path => now - path.UsedAt > s_idle).ToArray())
        {
            own.Remove((path.To, path.Inner));
            _byId.Remove(path.Id);
        }
    }

    // One of 2^64 at random: that it is an id of one of the relay's own sessions too need not be feared.
    private ConnectionId NextId()
    {
        ConnectionId id;
        do
        {
            id = new ConnectionId(nextRandom());
        }
        while (_byId.ContainsKey(id));

        return id;
    }
}
