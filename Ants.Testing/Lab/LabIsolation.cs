namespace Ants.Testing.Lab;

/// <summary>What the lab's namespaces hang on: the rungs of the ladder that <see cref="NatLab.CreateAsync"/> climbs.</summary>
public enum LabIsolation
{
    /// <summary>A user namespace of its own: needs no privilege.</summary>
    UserNamespace,

    /// <summary>Real root, in private mount, network and process namespaces.</summary>
    Root,
}
