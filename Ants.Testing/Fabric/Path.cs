namespace Ants.Testing.Fabric;

/// <summary>The network from one host to another.</summary>
internal sealed class Path
{
    /// <summary>Its queue and order.</summary>
    public Link Link { get; } = new();

    /// <summary>Its conditions, when they differ from those of the network that it lies in.</summary>
    public LinkConditions? Conditions { get; set; }

    /// <summary>Whether nothing passes.</summary>
    public bool IsCut { get; set; }
}
