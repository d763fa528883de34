namespace Ants.Nat;

/// <summary>How far one protocol came with one router.</summary>
public enum PortMappingOutcome
{
    /// <summary>The router is being asked and has not answered yet.</summary>
    Asking = 0,

    /// <summary>The router speaks the protocol; it has not been asked for a mapping by it.</summary>
    Available,

    /// <summary>The router speaks the protocol and is being asked for a mapping.</summary>
    Claiming,

    /// <summary>The mapping that is in use.</summary>
    Mapped,

    /// <summary>Another protocol had a mapping before this one was heard of.</summary>
    NotNeeded,

    /// <summary>Nothing came back: the router does not speak it, or is away.</summary>
    NoAnswer,

    /// <summary>The router says that it does not speak it, or lacks the part that is needed.</summary>
    Unsupported,

    /// <summary>The router understood and said no.</summary>
    Refused,

    /// <summary>The answer cannot be true or cannot be read: it was not used.</summary>
    Nonsense,

    /// <summary>The mapping was given back.</summary>
    Released,
}
