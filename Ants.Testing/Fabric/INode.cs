namespace Ants.Testing.Fabric;

/// <summary>What has an address in a realm: a host or a NAT.</summary>
internal interface INode
{
    /// <summary>Takes a packet that has arrived at one of the node's addresses.</summary>
    void Arrive(Packet packet);

    /// <summary>The host that a packet to one of the node's addresses would reach now, if that is known.</summary>
    SimulatedHost? Resolve(Endpoint destination);
}
