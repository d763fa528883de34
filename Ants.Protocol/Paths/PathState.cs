namespace Ants.Protocol.Paths;

/// <summary>What is known of a path.</summary>
internal enum PathState : byte
{
    /// <summary>Nothing yet.</summary>
    Unknown,

    /// <summary>A challenge is on its way.</summary>
    Validating,

    /// <summary>It works and is not the one in use.</summary>
    Standby,

    /// <summary>It carries the session's data.</summary>
    Active,

    /// <summary>It stopped working. A new challenge may bring it back.</summary>
    Failed,

    /// <summary>Gone for good: ids of paths are never used twice.</summary>
    Abandoned,
}
