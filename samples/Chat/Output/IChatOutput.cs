namespace Ants.Samples.Chat.Output;

/// <summary>Where the events of a chat are shown. Safe to call from several threads; an event is out when its call returns.</summary>
internal interface IChatOutput
{
    /// <summary>The agent can be reached.</summary>
    void Ready(AgentId agent, Invite invite);

    /// <summary>What the agent has found out about the network that it is in.</summary>
    void Network(NatReport report);

    /// <summary>A session with a peer stands.</summary>
    void Session(AgentId peer);

    /// <summary>The session's packets take this path from now on.</summary>
    void Path(PathChange change);

    /// <summary>The session has been relayed for a while; <paramref name="why"/> says the reason, and what would change it.</summary>
    void Relayed(string why);

    /// <summary>The peer wrote a line; <paramref name="sequence"/> counts the session's lines from 1.</summary>
    void Line(long sequence, string text);

    /// <summary>The session is over.</summary>
    void Closed(string reason);

    /// <summary>No session came to be. The reason is printed as the program's error as well.</summary>
    void NotConnected(string reason);
}
