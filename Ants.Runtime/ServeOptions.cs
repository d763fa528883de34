namespace Ants;

/// <summary>How streams of a protocol are handled.</summary>
public sealed record ServeOptions
{
    /// <summary>
    /// Whether the handler may run on early data: bytes that a caller sends with its first message, before the handshake is over. It saves
    /// the first request a round trip. Off by default.
    /// </summary>
    /// <remarks>
    /// <para>
    /// <b>Set it only for protocols whose first bytes may be read by others later, may come from somebody else, and may come twice without harm.</b>
    /// Early data are weaker than all other bytes of a stream:
    /// </para>
    /// <list type="bullet">
    /// <item><b>Replay.</b> Whoever recorded a call can send it again. This agent takes the early data of one call once while it runs, and none in its first
    /// five seconds; another process with the same identity, or one after a clock that was set back, may take them again.</item>
    /// <item><b>Not forward-secret.</b> Whoever gets this agent's private key later can read recorded early data. They are classical too: a quantum computer
    /// can.</item>
    /// <item><b>Key compromise.</b> With this agent's private key anybody can send early data in the name of any caller:
    /// <see cref="AntsStream.RemoteId"/> is proved only when the handshake is over.</item>
    /// </list>
    /// <para>
    /// <see cref="AntsOptions.Authorize"/> is asked before. A handler of a protocol that has not opted in runs when the caller has proved that it is live, whatever
    /// came early. When no proof comes within 10 s the stream ends with an error.
    /// </para>
    /// </remarks>
    public bool AllowEarlyData { get; init; }
}
