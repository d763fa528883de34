namespace Ants.Protocol.Relaying;

/// <summary>
/// Which agents the far end of a relay session means by its aliases. Bounded: an alias takes the place of the one that
/// is the same modulo the capacity, which is the one that an <see cref="AliasSender"/> has given up. What was displaced is
/// answered with UNBOUND, and named again, so a sender that counts otherwise is served as well.
/// </summary>
internal sealed class AliasReceiver
{
    private readonly ulong _capacity;

    // A table and no array: memory grows with what was bound, not with the highest alias that somebody thought of.
    private readonly Dictionary<ulong, (ulong Alias, AgentId Agent)> _slots = [];

    public AliasReceiver(int capacity = AliasSender.DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _capacity = (ulong)capacity;
    }

    /// <summary>Aliases that are known.</summary>
    public int Count => _slots.Count;

    public void Bind(ulong alias, AgentId agent) => _slots[alias % _capacity] = (alias, agent);

    public bool TryResolve(ulong alias, out AgentId agent)
    {
        bool known = _slots.TryGetValue(alias % _capacity, out (ulong Alias, AgentId Agent) slot) && slot.Alias == alias;
        agent = known ? slot.Agent : default;
        return known;
    }
}
