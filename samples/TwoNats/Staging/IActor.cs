namespace Ants.Samples.TwoNats.Staging;

/// <summary>One of the two agents, as the story sees it: what it says, and what is said to it.</summary>
internal interface IActor : IAsyncDisposable
{
    /// <summary>Who it is in the story.</summary>
    string Name { get; }

    /// <summary>What it says, in order; ends when the agent has ended. Read once.</summary>
    IAsyncEnumerable<AgentEvent> Events { get; }

    /// <summary>Completes with the exit code when the agent has ended.</summary>
    Task<int> Exit { get; }

    /// <summary>What it complained of so far, for when something goes wrong.</summary>
    IReadOnlyList<string> Complaints { get; }

    /// <summary>How often it has said that it registered at a relay, since it is ready.</summary>
    int TimesRegistered(string relay);

    /// <summary>By what it last said to reach a relay; null while it has said nothing since it is ready.</summary>
    string? CarrierTo(string relay);

    /// <summary>Types a line.</summary>
    /// <exception cref="IOException">The agent has ended.</exception>
    Task TypeAsync(string line);

    /// <summary>Ends its input: it delivers what it was given and closes.</summary>
    void EndInput();

    /// <summary>Asks it to end in order.</summary>
    void Terminate();
}
