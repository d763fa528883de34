using System.IO.Pipelines;
using System.Net;
using Ants.Crypto;

namespace Ants.Tests.Simulation.Agents;

/// <summary>A host's network with a name service of its own, which throws unless it is given an answer.</summary>
internal sealed class NamedNetwork(AntsNetwork inner) : AntsNetwork
{
    public IReadOnlyList<IPAddress>? Answer { get; set; }

    /// <summary>An address that needs no answer.</summary>
    public string? Literal { get; set; }

    public override TimeProvider Time => inner.Time;

    public override PipeScheduler Scheduler => inner.Scheduler;

    public override EntropySource Entropy => inner.Entropy;

    public override IDatagramSocket Bind(IPEndPoint local) => inner.Bind(local);

    public override IReadOnlyList<IPAddress> LocalAddresses() => inner.LocalAddresses();

    public override Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken = default) =>
        host == Literal ? inner.ResolveAsync(host, cancellationToken) : Task.FromResult(Answer ?? throw new InvalidOperationException("a resolver with a bug"));
}
