namespace Ants.Protocol.Relaying;

/// <summary>
/// One end of the tunnelling over an agent's relay session: both ends name and understand other agents in the same way.
/// A packet is named in full until the alias was confirmed, so a first one costs no round trip; every NAMED is confirmed,
/// so a confirmation that was lost costs bytes and nothing else.
/// </summary>
internal sealed class RelayTunnel
{
    /// <summary>A buffer of this size takes any answer.</summary>
    public const int MaxAnswer = 1 + 4;

    private readonly AliasSender _sender;
    private readonly AliasReceiver _receiver;

    public RelayTunnel(int capacity = AliasSender.DefaultCapacity)
    {
        _sender = new AliasSender(capacity);
        _receiver = new AliasReceiver(capacity);
    }

    /// <summary>The agents that <see cref="Write"/> was called for, the last one first, as far as they are remembered.</summary>
    public IEnumerable<AgentId> Contacts => _sender.NewestFirst();

    /// <summary>Writes the message that takes <paramref name="packet"/> to <paramref name="agent"/>, or tells that it came from there.</summary>
    /// <param name="agent">The other agent.</param>
    /// <param name="packet">At most <see cref="RelayMessage.MaxPacket"/> of the session's longest payload.</param>
    /// <param name="payload">Receives the message: <see cref="RelayMessage.MaxOverhead"/> more than the packet is enough.</param>
    /// <returns>The message's length.</returns>
    public int Write(AgentId agent, ReadOnlySpan<byte> packet, Span<byte> payload) => _sender.Address(agent, packet).Write(payload);

    /// <summary>Takes a DATAGRAM payload and says what it is.</summary>
    /// <param name="payload">Anything is safe.</param>
    /// <param name="message">The message; a packet's has its agent in either form.</param>
    /// <param name="answer">At least <see cref="MaxAnswer"/> bytes.</param>
    /// <param name="answerLength">How many of them are to be sent back, whatever is returned; mostly none.</param>
    public TunnelEvent Receive(ReadOnlySpan<byte> payload, out RelayMessage message, scoped Span<byte> answer, out int answerLength)
    {
        answerLength = 0;
        if (!RelayMessage.TryRead(payload, out message))
        {
            return TunnelEvent.Malformed;
        }

        switch (message.Type)
        {
            case RelayMessageType.Named:
                _receiver.Bind(message.Alias, message.Agent);
                answerLength = RelayMessage.Bound(message.Alias).Write(answer);
                return TunnelEvent.Packet;
            case RelayMessageType.Aliased when _receiver.TryResolve(message.Alias, out AgentId agent):
                message = RelayMessage.Named(message.Alias, agent, message.Packet);
                return TunnelEvent.Packet;
            case RelayMessageType.Aliased:
                answerLength = RelayMessage.Unbound(message.Alias).Write(answer);
                return TunnelEvent.UnknownAlias;
            case RelayMessageType.Bound:
                _sender.OnBound(message.Alias);
                return TunnelEvent.None;
            case RelayMessageType.Unbound:
                _sender.OnUnbound(message.Alias);
                return TunnelEvent.None;
            default:
                return TunnelEvent.Hint;
        }
    }
}
