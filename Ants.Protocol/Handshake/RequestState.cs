namespace Ants.Protocol.Handshake;

/// <summary>What has become of a <see cref="HandshakeRequest"/>.</summary>
internal enum RequestState : byte
{
    /// <summary>Nobody has looked at it, or it was dropped unanswered: a piece that comes again asks again.</summary>
    New,

    /// <summary>It waits for the owner, or the owner thinks.</summary>
    Waiting,

    /// <summary>Our own handshake with the same peer goes first.</summary>
    Deferred,

    /// <summary>Message 2 was written.</summary>
    Answered,

    /// <summary>It will never be answered: it is old, or another handshake of the same pair has done its work.</summary>
    Void,
}
