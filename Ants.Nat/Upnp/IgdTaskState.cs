namespace Ants.Nat;

/// <summary>How far an <see cref="IgdTask"/> is.</summary>
internal enum IgdTaskState
{
    /// <summary>A call is to be made, or its answer to come.</summary>
    Calling,

    /// <summary>The service can do it, and has not been asked to.</summary>
    Ready,

    /// <summary>It is done, for a lease.</summary>
    Held,

    /// <summary>It is undone.</summary>
    Released,

    /// <summary>The service cannot, or will not.</summary>
    Failed,
}
