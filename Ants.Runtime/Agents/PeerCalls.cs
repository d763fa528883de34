using Ants.Protocol;
using Ants.Protocol.Sessions;

namespace Ants.Agents;

/// <summary>
/// The calls that wait for a session with a peer: decides when they have failed, and as what. Gives the attempt up when
/// nobody waits for it any more. On the driver.
/// </summary>
internal sealed class PeerCalls(AgentCore core, PeerSession peer)
{
    // A peer that starts at the same moment as the call may register a second or two after it.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(3);

    // A relay of the invite that has not answered by now might still know the peer; but a person is to know within five seconds.
    private static readonly TimeSpan s_graceForRelays = TimeSpan.FromSeconds(4.5);

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    // Null while there are none, as for all sessions that are established.
    private HashSet<int>? _unreachableVia;
    private ScheduledAction? _timer;
    private Instant _startedAt, _deadline;
    private TimeSpan _timeout;
    private int _waiting;
    private bool _hasAddress;

    /// <summary>Somebody calls.</summary>
    public void Add(Invite invite, TimeSpan timeout)
    {
        _waiting++;
        if (peer.Session.State != SessionState.Connecting)
        {
            return;
        }

        _hasAddress |= invite.DirectAddresses.Count > 0;
        if (_timer is null)
        {
            _startedAt = core.Now;
        }

        _timeout = core.Now + timeout - _startedAt;
        _deadline = core.Now + timeout;
        Look();
    }

    /// <summary>Somebody who called has stopped waiting.</summary>
    public void Remove()
    {
        if (--_waiting == 0)
        {
            peer.Fail(new AntsException(AntsError.Closed, $"The call to {peer.Session.Peer} was cancelled."));
        }
    }

    /// <summary>Whether a relay has said that it does not know the peer.</summary>
    public bool IsUnreachableVia(RelayLink link) => _unreachableVia?.Contains(link.Number) == true;

    /// <summary>A relay says that it does not know the peer.</summary>
    public void OnUnreachable(RelayLink link) => (_unreachableVia ??= []).Add(link.Number);

    /// <summary>A relay says that the peer has come.</summary>
    public void OnReachable(RelayLink link) => _unreachableVia?.Remove(link.Number);

    public void OnEstablished()
    {
        _unreachableVia = null;
        Stop();
    }

    public void Stop()
    {
        _timer?.Cancel();
        _timer = null;
    }

    private void Look()
    {
        if (peer.Session.State != SessionState.Connecting)
        {
            return;
        }

        Instant now = core.Now;
        bool isLate = now >= _deadline;
        if (!_hasAddress && (isLate || now - _startedAt >= s_grace) && IsNowhere(now))
        {
            peer.Fail(Unreachable());
        }
        else if (isLate)
        {
            peer.Fail(new AntsException(AntsError.ConnectTimeout,
                $"The peer {peer.Session.Peer} did not answer within {_timeout.TotalSeconds:0.#} s."));
        }
        else
        {
            _timer?.Cancel();
            _timer = core.At(Instant.Min(_deadline, Instant.Max(now + s_interval, _startedAt + s_grace)), Look);
        }
    }

    /// <summary>Whether every relay that could know the peer has said that it does not, or cannot be asked.</summary>
    private bool IsNowhere(Instant now)
    {
        bool waitsForRelays = now - _startedAt < s_graceForRelays;
        return core.Links.All.All(link => link.State switch
        {
            RelayLinkState.Held => IsUnreachableVia(link),
            RelayLinkState.Connecting => !waitsForRelays,
            _ => true,
        });
    }

    private AntsException Unreachable()
    {
        string relays = string.Join(", ", core.Links.Held.Select(link => link.Address));
        return new AntsException(AntsError.PeerUnreachable, relays.Length == 0
            ? $"The peer {peer.Session.Peer} cannot be reached: no relay that you named answers, and its invite names no direct address."
            : $"The peer {peer.Session.Peer} is not connected to any relay you named ({relays}), and they do not know where it is.");
    }
}
