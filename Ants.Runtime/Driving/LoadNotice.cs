using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Microsoft.Extensions.Logging;

namespace Ants.Driving;

/// <summary>Says, now and then, that more ask for a session than may: whoever operates it sees a flood, or a crowd that returns. On the driver.</summary>
internal sealed partial class LoadNotice(EndpointCounters counters, ILogger logger)
{
    // Once a minute is enough for a person, and an attacker cannot fill the log.
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = logger;
    private long _turnedAway, _cookies;
    private Instant _notBefore;

    /// <summary>Looks whether there is something to say.</summary>
    public void Look(Instant now)
    {
        if (counters.HandshakesTurnedAway == _turnedAway || now < _notBefore)
        {
            return;
        }

        LogTurnedAway(counters.HandshakesTurnedAway - _turnedAway, counters.CookiesSent - _cookies);
        (_turnedAway, _cookies, _notBefore) = (counters.HandshakesTurnedAway, counters.CookiesSent, now + s_interval);
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "More handshakes come than are read: {TurnedAway} datagrams of them were turned away since this was said last, {Cookies} with a cookie to come again with")]
    private partial void LogTurnedAway(long turnedAway, long cookies);
}
