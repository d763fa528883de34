using Ants.Protocol;
using Ants.Protocol.Paths;
using Ants.Protocol.Relaying;
using Ants.Protocol.Sessions;
using Path = Ants.Protocol.Paths.Path;

namespace Ants.Agents;

/// <summary>
/// Leaves a relay that is about to stop, or that is not wanted any more, without anybody noticing: first every session has
/// another way that works, then the sessions move, then the link ends. On the driver.
/// </summary>
internal sealed class RelayDeparture(AgentCore core, RelayLink link, bool isForGood)
{
    // A probe of another relay takes a round trip or two: often enough to add little to that, seldom enough to cost nothing.
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    // What peers sent over the relay before they moved themselves is still on its way.
    private static readonly TimeSpan s_linger = TimeSpan.FromMilliseconds(500);

    // A relay can be found, called and probed within this; who has no other way by then has none. The relay need not wait.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    // A call over the relay that is answered is answered within this, and moves then; one that is not goes on over the other relays.
    private static readonly TimeSpan s_patienceForCalls = TimeSpan.FromSeconds(1);

    private readonly Instant _startedAt = core.Now;
    private bool _hasSaidStays;

    /// <summary>Begins: nothing new goes to the relay, and other ways are looked for.</summary>
    public void Begin()
    {
        core.Publisher.OnChanged();
        foreach (PeerSession peer in core.Peers)
        {
            peer.ProbeRelays();
            peer.Session.Paths.AskStandbys();
            core.Endpoint.Wake(peer.Session);
            peer.Reach.OnChanged();
        }

        Look();
    }

    private void Look()
    {
        if (link.State != RelayLinkState.Held)
        {
            return;
        }

        int staying = 0;
        foreach (PeerSession peer in core.Peers)
        {
            staying += TryMove(peer) ? 0 : 1;
        }

        if (staying == 0 && core.Links.Staying.Any())
        {
            core.After(s_linger, Leave);
            return;
        }

        if (isForGood && core.Now - _startedAt >= s_patience)
        {
            Stay();
            return;
        }

        if (!isForGood && !_hasSaidStays && (!HasElsewhere() || core.Now - _startedAt >= s_patience))
        {
            _hasSaidStays = link.TryAsk(RelayControlMessage.Stays());
        }

        core.After(s_interval, Look);
    }

    private void Leave()
    {
        if (!isForGood)
        {
            link.Leave(core.Now);
        }
        else if (link.State == RelayLinkState.Held)
        {
            core.Links.Release(link);
        }
    }

    /// <summary>Some session has no other way than a relay that the agent itself does not want: it stays as long as that needs it.</summary>
    private void Stay()
    {
        link.Lend();
        foreach (PeerSession peer in core.Peers.Where(peer => !TryMove(peer)))
        {
            peer.Reach.Keep(link.Address.Id!.Value);
        }

        core.Peers.ReturnGuests();
    }

    /// <summary>Takes a session off the relay, if it has another way that has shown, since it was asked, that it works.</summary>
    private bool TryMove(PeerSession peer)
    {
        Session session = peer.Session;
        Path? leaving = session.Paths.FindByRemote(CarrierAddress.Relayed(link.Number, session.Peer));
        if (session.State == SessionState.Connecting)
        {
            return peer.Calls.IsUnreachableVia(link) || core.Now - _startedAt >= s_patienceForCalls;
        }

        if (leaving is not { State: PathState.Active })
        {
            return true;
        }

        if (!session.Paths.All.Any(path => path.State == PathState.Standby && path.LastDelivered > _startedAt && IsStaying(path)))
        {
            return false;
        }

        session.OnSendError(core.Now, leaving.Remote);
        core.Endpoint.Wake(session);
        return true;
    }

    private bool IsStaying(Path path) => path.IsDirect || core.Links.Staying.Any(other => other.Number == path.Remote.Link);

    private bool HasElsewhere() => core.Links.Staying.Any() || core.Links.All.Any(other => other.State == RelayLinkState.Connecting);
}
