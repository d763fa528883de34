using System.Net;
using Ants.Driving;
using Microsoft.Extensions.Logging;

namespace Ants.Agents;

/// <summary>Looks hosts up away from the driver. Whatever the resolver does, there is an answer: none is one, too.</summary>
internal sealed partial class NameLookup(AntsNetwork network, EndpointDriver driver, ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>Looks a host up; <paramref name="then"/> runs on the driver, unless the agent stops before.</summary>
    public async Task ResolveAsync(string host, Action<IReadOnlyList<IPAddress>> then, CancellationToken stop)
    {
        IReadOnlyList<IPAddress> addresses = [];
        try
        {
            addresses = await network.ResolveAsync(host, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
#pragma warning disable CA1031 // A resolver that breaks its contract has found nothing.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(e, host);
        }

        driver.Post(() => then(addresses));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Looking up {Host} failed")]
    private partial void LogFailed(Exception exception, string host);
}
