using Ants.Protocol;
using Ants.Protocol.Relaying;

namespace Ants.Relay.Forwarding;

/// <summary>
/// The end of a relay's service: its agents are told to move, and it goes on forwarding until each has left, or has said that it
/// has nowhere to go. On the driver.
/// </summary>
internal sealed class RelayDrain(IReadOnlyDictionary<AgentId, RelayedAgent> agents)
{
    /// <summary>
    /// Who has not acknowledged the notice by now is asleep or gone, and is not waited for: 90 s would pass before its session
    /// ends. Longer than a retransmission over a bad line.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Instant _startedAt, _endsAt;

    /// <summary>Whether it has begun: no agent is admitted any more.</summary>
    public bool IsOn { get; private set; }

    /// <summary>Completes when nobody is left who is worth waiting for. May be awaited by anybody.</summary>
    public Task Done => _done.Task;

    /// <summary>Tells all agents that the relay stops within <paramref name="deadline"/>.</summary>
    public void Begin(Instant now, TimeSpan deadline)
    {
        if (IsOn)
        {
            return;
        }

        (IsOn, _startedAt, _endsAt) = (true, now, now + deadline);
        foreach (RelayedAgent agent in agents.Values)
        {
            Tell(now, agent);
        }

        Look(now);
    }

    /// <summary>An agent has registered whose handshake was under way.</summary>
    public void OnRegistered(Instant now, RelayedAgent agent)
    {
        if (IsOn)
        {
            Tell(now, agent);
        }
    }

    /// <summary>An agent has left, or has said that it stays, or time has passed.</summary>
    public void Look(Instant now)
    {
        if (IsOn && !agents.Values.Any(agent => IsWaitedFor(now, agent)))
        {
            _done.TrySetResult();
        }
    }

    private bool IsWaitedFor(Instant now, RelayedAgent agent) =>
        agent is { Stays: false, IsRelay: false } && (now - _startedAt < Patience || agent.Control.IsAcknowledged);

    private void Tell(Instant now, RelayedAgent agent) =>
        agent.Control.TrySend(RelayControlMessage.Drain(_endsAt > now ? _endsAt - now : TimeSpan.Zero));
}
