namespace Ants.Testing.Fabric;

/// <summary>A rule of the world's firewall, in force until it is disposed.</summary>
internal sealed class FirewallRule : IDisposable
{
    private readonly PacketRouter _router;
    private readonly DatagramFilter _filter;

    /// <summary>Puts the rule in force.</summary>
    public FirewallRule(PacketRouter router, DatagramFilter filter)
    {
        _router = router;
        _filter = filter;
        router.Block(filter);
    }

    /// <inheritdoc/>
    public void Dispose() => _router.Unblock(_filter);
}
