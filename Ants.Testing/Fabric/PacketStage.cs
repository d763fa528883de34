namespace Ants.Testing.Fabric;

/// <summary>What comes next for a packet.</summary>
internal enum PacketStage
{
    /// <summary>It has crossed its sender's uplink and enters the network there.</summary>
    Route,

    /// <summary>It has crossed that network and arrives at a host or a NAT.</summary>
    Arrive,

    /// <summary>It has crossed its receiver's downlink and goes to a socket.</summary>
    Deliver,
}
