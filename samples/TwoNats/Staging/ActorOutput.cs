using System.Threading.Channels;
using Ants.Samples.Chat.Output;

namespace Ants.Samples.TwoNats.Staging;

/// <summary>Takes a chat's events as they are, with the time of the stage's clock.</summary>
internal sealed class ActorOutput(ChannelWriter<AgentEvent> events, Func<TimeSpan> now) : IChatOutput
{
    /// <inheritdoc/>
    public void Ready(AgentId agent, Invite invite) => Say(new AgentEvent.Ready(now(), agent.ToString(), invite.ToString()));

    /// <inheritdoc/>
    public void Network(NatReport report) => Say(new AgentEvent.Network(
        now(), report.Families.Select(family => family.Behaviour?.CommonName).FirstOrDefault(nat => nat is not null), report.Explanation));

    /// <inheritdoc/>
    public void Session(AgentId peer) => Say(new AgentEvent.Session(now(), peer.ToString()));

    /// <inheritdoc/>
    public void Path(PathChange change) =>
        Say(new AgentEvent.Path(now(), change.Kind, change.Remote, change.RoundTrip.TotalMilliseconds));

    /// <inheritdoc/>
    public void Relayed(string why) => Say(new AgentEvent.Relayed(now(), why));

    /// <inheritdoc/>
    public void Line(long sequence, string text) => Say(new AgentEvent.Line(now(), sequence, text));

    /// <inheritdoc/>
    public void Closed(string reason) => Say(new AgentEvent.Closed(now(), reason));

    /// <inheritdoc/>
    public void NotConnected(string reason) => Closed(reason);

    // Taken until the chat has ended; what it says after that nobody hears, as with a process.
    private void Say(AgentEvent said) => events.TryWrite(said);
}
