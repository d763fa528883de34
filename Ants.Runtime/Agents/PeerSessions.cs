using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Ants.Protocol;
using Ants.Protocol.Sessions;

namespace Ants.Agents;

/// <summary>
/// The sessions of an agent with its peers: begun by a call, or taken from a peer that calls, one for each pair. On the driver.
/// </summary>
internal sealed class PeerSessions(AgentCore core, AntsOptions options) : IReadOnlyCollection<PeerSession>
{
    // The relay of an invite carries the CLOSE too, and perhaps the next call of a program that redials.
    private static readonly TimeSpan s_returnAfter = TimeSpan.FromSeconds(5);

    private readonly Dictionary<Session, PeerSession> _all = [];

    public int Count => _all.Count;

    /// <summary>How these sessions behave.</summary>
    public SessionOptions Profile { get; } = SessionProfiles.Peer(options.SessionLinger);

    /// <summary>
    /// The session with a peer: the one that stands or is being opened, or a new one; tried over every held link and every
    /// direct address at once. The caller says <see cref="PeerCalls.Remove"/> when it does not wait any longer.
    /// </summary>
    public PeerSession Connect(Invite invite)
    {
        if (core.IsStopping)
        {
            throw new AntsException(AntsError.Closed, "The agent was disposed.");
        }

        foreach (RelayAddress relay in invite.Relays)
        {
            core.Links.Add(relay, isBorrowed: true);
        }

        if (!TryFind(invite.PeerId, out PeerSession? peer))
        {
            peer = Add(core.Connect(invite.PeerId, Profile));
        }

        if (peer.Session.State == SessionState.Connecting)
        {
            AddVias(peer, invite);
        }
        else
        {
            // It may sleep; somebody wants it now.
            peer.Session.Revive(core.Now);
        }

        peer.Calls.Add(invite, options.ConnectTimeout);
        peer.Reach.OnCall(invite);
        return peer;
    }

    /// <summary>A session that a peer has begun, or one of our own that it has answered by calling.</summary>
    public void Take(Session session)
    {
        if (!_all.ContainsKey(session))
        {
            Add(session);
        }
    }

    /// <summary>What belongs to a session of the endpoint; false when that is with a relay.</summary>
    public bool TryGet(Session session, [NotNullWhen(true)] out PeerSession? peer) => _all.TryGetValue(session, out peer);

    /// <summary>The session with a peer, connecting or established.</summary>
    public bool TryFind(AgentId id, [NotNullWhen(true)] out PeerSession? peer)
    {
        peer = null;
        return core.Endpoint.TryGetSession(id, out Session? session) && !session.IsOver && _all.TryGetValue(session, out peer);
    }

    /// <summary>Ends a session.</summary>
    public void Close(PeerSession peer, SessionErrorCode code, string reason) => core.Endpoint.Close(core.Now, peer.Session, code, reason);

    /// <summary>Ends all of them, and says so to the peers: before the links, which carry that.</summary>
    public void CloseAll()
    {
        foreach (PeerSession peer in _all.Values.ToArray())
        {
            Close(peer, SessionErrorCode.None, "the agent stops");
        }
    }

    /// <summary>A session is over.</summary>
    public void OnOver(PeerSession peer)
    {
        _all.Remove(peer.Session);
        if (peer.Reach.HasGuests)
        {
            ReturnGuests();
        }
    }

    /// <summary>Gives back, soon, the relays that no session needs any more.</summary>
    public void ReturnGuests() =>
        core.After(s_returnAfter, () => core.Links.ReturnBorrowed(relay => _all.Values.Any(peer => peer.Reach.Needs(relay))));

    public IEnumerator<PeerSession> GetEnumerator() => _all.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private PeerSession Add(Session session) => _all[session] = new PeerSession(core, session, traverses: !options.RelayOnly);

    private void AddVias(PeerSession peer, Invite invite)
    {
        foreach (RelayLink link in core.Links.Held)
        {
            core.Endpoint.AddVia(core.Now, peer.Session, CarrierAddress.Relayed(link.Number, invite.PeerId));
        }

        foreach (IPEndPoint direct in options.RelayOnly ? [] : invite.DirectAddresses)
        {
            core.Endpoint.AddVia(core.Now, peer.Session, CarrierAddress.Udp(direct));
        }
    }
}
