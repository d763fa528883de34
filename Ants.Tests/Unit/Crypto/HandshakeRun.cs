using Ants.Crypto;

namespace Ants.Tests.Unit.Crypto;

/// <summary>What a session handshake came to, at both ends.</summary>
internal sealed record HandshakeRun(
    byte[] Message1,
    byte[] Message2,
    byte[] Payload1,
    byte[] Payload2,
    bool KnowsInitiator,
    SessionSecrets Initiator,
    SessionSecrets Responder);
