namespace Ants.Agents;

/// <summary>Where an agent stands with one relay.</summary>
internal enum RelayLinkState : byte
{
    /// <summary>Looking the host up, shaking hands, or waiting to be told that the agent is registered.</summary>
    Connecting,

    /// <summary>The agent is registered.</summary>
    Held,

    /// <summary>The last attempt failed; the next one is scheduled.</summary>
    Waiting,

    /// <summary>Given up for good: the agent is stopping, or another one with the same identity has taken over.</summary>
    Stopped,
}
