namespace Ants.Testing;

/// <summary>
/// A rule of a firewall: true for what it blocks. It is asked once for each network that a datagram enters: the one
/// behind the sender's NAT, with private addresses, the public one, and so on.
/// </summary>
/// <param name="datagram">The datagram.</param>
public delegate bool DatagramFilter(in SimulatedDatagram datagram);
