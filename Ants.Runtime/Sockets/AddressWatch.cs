namespace Ants.Sockets;

/// <summary>Ends a watch of the machine's addresses, once.</summary>
internal sealed class AddressWatch(Action? end) : IDisposable
{
    private Action? _end = end;

    public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
}
