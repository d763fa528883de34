using Ants.Protocol;

namespace Ants.Observing;

/// <summary>What it means that a session takes another path.</summary>
internal enum PathStep : byte
{
    /// <summary>It is the first, or the same.</summary>
    None,

    /// <summary>To UDP from something that is slower: from relayed to direct, or, of a relay link, from a WebSocket.</summary>
    Promotion,

    /// <summary>From UDP to something that is slower.</summary>
    Fallback,

    /// <summary>The carrier stays, and one end is at another address.</summary>
    Migration,

    /// <summary>To another relay, or over another WebSocket.</summary>
    Detour,
}
