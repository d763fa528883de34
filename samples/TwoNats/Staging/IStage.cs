using System.Net;

namespace Ants.Samples.TwoNats.Staging;

/// <summary>The world that the story is told in: relays and two NATs, each with one agent behind it.</summary>
internal interface IStage : IAsyncDisposable
{
    /// <summary>For people: what kind of world it is.</summary>
    string Description { get; }

    /// <summary>What the world's timers run on.</summary>
    TimeProvider Time { get; }

    /// <summary>The world's clock, monotonic, from when the stage was built.</summary>
    TimeSpan Now { get; }

    /// <summary>What broke that no agent can be blamed for; null while all is well.</summary>
    string? Failure { get; }

    /// <summary>What its own programs complained of, for when something goes wrong.</summary>
    IReadOnlyList<string> Complaints { get; }

    /// <summary>Whether one of the NATs translates, and so has something to forget.</summary>
    bool CanForget { get; }

    /// <summary>Who is behind a firewall that lets no UDP out, by name.</summary>
    IReadOnlyList<string> Walled { get; }

    /// <summary>The relays: where each is, and its address for agents.</summary>
    IReadOnlyDictionary<IPEndPoint, string> Addresses { get; }

    /// <summary>For people: how to look around in it; empty where there is no way.</summary>
    IReadOnlyList<string> Entrances { get; }

    /// <summary>Lets a story happen in this world: whatever it awaits goes on there, by the world's clock.</summary>
    Task<T> PlayAsync<T>(Func<Task<T>> story);

    /// <summary>Starts the agent behind NAT A, which waits to be called.</summary>
    Task<IActor> StartListenerAsync(CancellationToken ct);

    /// <summary>Starts the agent behind NAT B, which calls the other by its id over the relay.</summary>
    Task<IActor> StartDiallerAsync(string peerId, CancellationToken ct);

    /// <summary>Closes A's firewall to everything but the relays.</summary>
    Task CutAsync();

    /// <summary>Opens it again.</summary>
    Task RestoreAsync();

    /// <summary>Has the firewalls that let no UDP out let everything out; returns when that began.</summary>
    Task<TimeSpan> LetUdpAsync();

    /// <summary>Takes that back; returns when that began.</summary>
    Task<TimeSpan> BlockUdpAsync();

    /// <summary>Kills a relay, given as the agents see it, with no chance to say anything.</summary>
    Task KillRelayAsync(IPEndPoint relay);

    /// <summary>Starts a relay that was killed again, with its key and nothing else, and waits until it listens.</summary>
    Task RestartRelayAsync(IPEndPoint relay, CancellationToken ct);

    /// <summary>
    /// Moves B's agent to another network, behind a NAT as <see cref="Plot.AfterMove"/> says; returns when the old one was left.
    /// </summary>
    Task<TimeSpan> MoveAsync(CancellationToken ct);

    /// <summary>Makes a NAT forget its mappings and hand out other public ports from now on.</summary>
    Task ForgetAsync();
}
