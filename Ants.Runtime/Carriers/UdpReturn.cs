using System.Net;
using Ants.Agents;
using Ants.Protocol;
using Ants.Protocol.Sessions;

namespace Ants.Carriers;

/// <summary>
/// Looks, while a relay session is on a WebSocket, whether UDP reaches the relay: by one small probe now and then. What is
/// answered becomes a path, and the session's policy takes it. On the driver.
/// </summary>
internal sealed class UdpReturn(AgentCore core)
{
    // A first answer may only have been lost, or late.
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);

    // While packets flow: back on UDP within five seconds of its return, for twenty bytes a second.
    private static readonly TimeSpan s_inUse = TimeSpan.FromSeconds(4);

    // While none do, a radio that sleeps is worth more than a better path that nobody uses.
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(60);

    // Fewer packets than this between two looks are keepalives and their like.
    private const int InUse = 3;

    private ScheduledAction? _next;
    private TimeSpan _interval;
    private ulong _sentBefore;
    private Session? _session;
    private IReadOnlyList<IPEndPoint> _relay = [];

    /// <summary>Begins to look now, or goes on.</summary>
    public void Begin(Session session, IReadOnlyList<IPEndPoint> relay)
    {
        if (_session is null)
        {
            _session = session;
            _relay = relay;
            Restart();
        }
    }

    /// <summary>Looks now, and soon again: something has changed.</summary>
    public void Restart()
    {
        if (_session is not null)
        {
            _interval = s_first;
            Look();
        }
    }

    public void Stop()
    {
        _next?.Cancel();
        _session = null;
    }

    private void Look()
    {
        foreach (IPEndPoint address in _relay)
        {
            _session!.Probe(CarrierAddress.Udp(address));
        }

        ulong sent = _session!.Paths.Active?.Recovery.NextPacketNumber ?? 0;
        bool inUse = sent < _sentBefore || sent - _sentBefore >= InUse;
        _sentBefore = sent;
        _next?.Cancel();
        _next = core.After(_interval, Look);
        TimeSpan longest = inUse ? s_inUse : s_idle;
        _interval = _interval * 2 < longest ? _interval * 2 : longest;
    }
}
