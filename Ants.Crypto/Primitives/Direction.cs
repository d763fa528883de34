namespace Ants.Crypto.Primitives;

/// <summary>Whose packets a key protects, as it stands in key derivation.</summary>
internal enum Direction : byte
{
    /// <summary>From the initiator to the responder.</summary>
    FromInitiator = 1,

    /// <summary>From the responder to the initiator.</summary>
    FromResponder = 2,
}
