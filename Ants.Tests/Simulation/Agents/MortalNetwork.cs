using System.IO.Pipelines;
using System.Net;
using Ants.Crypto;

namespace Ants.Tests.Simulation.Agents;

/// <summary>A host's network that ends a socket under its user, as a phone's system does.</summary>
internal sealed class MortalNetwork(AntsNetwork inner) : AntsNetwork
{
    private IDatagramSocket? _socket;

    public override TimeProvider Time => inner.Time;

    public override PipeScheduler Scheduler => inner.Scheduler;

    public override EntropySource Entropy => inner.Entropy;

    /// <summary>Ends the last socket that was bound.</summary>
    public void EndSocket() => _socket!.Dispose();

    public override IDatagramSocket Bind(IPEndPoint local) => _socket = inner.Bind(local);

    public override IReadOnlyList<IPAddress> LocalAddresses() => inner.LocalAddresses();

    public override IPAddress? SourceFor(IPAddress destination) => inner.SourceFor(destination);

    public override IDisposable WatchAddresses(Action changed) => inner.WatchAddresses(changed);
}
