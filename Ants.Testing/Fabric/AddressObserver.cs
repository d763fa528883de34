namespace Ants.Testing.Fabric;

/// <summary>Hears of changes of a host's addresses until it is disposed.</summary>
internal sealed class AddressObserver : IDisposable
{
    private readonly SimulatedHost _host;
    private readonly Action _changed;

    public AddressObserver(SimulatedHost host, Action changed)
    {
        _host = host;
        _changed = changed;
        host.AddressesChanged += changed;
    }

    public void Dispose() => _host.AddressesChanged -= _changed;
}
