using Microsoft.Extensions.Logging;

namespace Ants.Agents;

/// <summary>Puts peers that ask for a session to the application's function.</summary>
internal sealed partial class Doorkeeper(Func<PeerRequest, Admission> authorize, ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>Whether the peer is welcome; if not, <paramref name="reason"/> is what it is told.</summary>
    public bool Admits(PeerRequest request, out string reason)
    {
        Admission admission;
        try
        {
            admission = authorize(request) ?? Admission.Refuse("the agent did not decide");
        }
#pragma warning disable CA1031 // Whatever an application's function throws refuses the peer; it must not stop the driver.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(e, request.PeerId);
            admission = Admission.Refuse("the agent could not decide");
        }

        reason = admission.Reason;
        if (!admission.IsAccepted)
        {
            LogRefused(request.PeerId, reason);
        }

        return admission.IsAccepted;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Refused {Peer}: {Reason}")]
    private partial void LogRefused(AgentId peer, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Authorize threw; {Peer} is refused")]
    private partial void LogFailed(Exception exception, AgentId peer);
}
