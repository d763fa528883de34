namespace Ants.Protocol.Paths;

/// <summary>What happens to a path.</summary>
internal enum PathTrigger : byte
{
    /// <summary>A challenge was queued.</summary>
    Challenge,

    /// <summary>A challenge was answered, or the handshake came over it.</summary>
    Validated,

    /// <summary>The policy chose it.</summary>
    Selected,

    /// <summary>The policy chose another.</summary>
    Deselected,

    /// <summary>Evidence says that it is dead: silence, or an error of the local socket.</summary>
    Failure,

    /// <summary>One end gave it up.</summary>
    Abandon,
}
