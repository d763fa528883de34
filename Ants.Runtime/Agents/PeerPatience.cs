using Ants.Protocol;
using Ants.Protocol.Sessions;

namespace Ants.Agents;

/// <summary>Decides when a call that has not been answered has failed, and as what.</summary>
internal static class PeerPatience
{
    // A peer that starts at the same moment as the call may register a second after it; a person should know within five.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(3);

    /// <summary>Watches a session that is being opened until it is, or has failed.</summary>
    public static void Watch(AgentCore core, PeerSession peer, Invite invite, TimeSpan timeout)
    {
        core.After(timeout < s_grace ? timeout : s_grace, () => LookForAnyone(core, peer, invite));
        core.After(timeout, () => peer.Fail(new AntsException(AntsError.ConnectTimeout,
            $"The peer {invite.PeerId} did not answer within {timeout.TotalSeconds:0.#} s.")));
    }

    /// <summary>When every relay says that the peer is not there and no direct address was named, nobody will answer.</summary>
    private static void LookForAnyone(AgentCore core, PeerSession peer, Invite invite)
    {
        RelayLink[] held = [.. core.Links.Where(link => link.State == RelayLinkState.Held)];
        bool hopeless = invite.DirectAddresses.Count == 0 && held.All(link => peer.UnreachableVia.Contains(link.Number));
        if (hopeless && peer.Session.State == SessionState.Connecting)
        {
            peer.Fail(new AntsException(AntsError.PeerUnreachable, held.Length == 0
                ? $"The peer {invite.PeerId} cannot be reached: no relay that you named answers, and its invite names no direct address."
                : $"The peer {invite.PeerId} is not connected to any relay you named ({string.Join(", ", held.Select(link => link.Address))})."));
        }
    }
}
