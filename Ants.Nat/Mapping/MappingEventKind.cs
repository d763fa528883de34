namespace Ants.Nat;

/// <summary>What happened to a mapping.</summary>
internal enum MappingEventKind
{
    /// <summary>The router granted it.</summary>
    Mapped,

    /// <summary>The router keeps it for another lifetime.</summary>
    Renewed,

    /// <summary>The router had lost it, by a restart or otherwise, and granted it again; perhaps at another address.</summary>
    Recreated,

    /// <summary>It is gone: its time passed without an answer, or the router took it back.</summary>
    Lost,

    /// <summary>It was given back.</summary>
    Released,
}
