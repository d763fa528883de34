namespace Ants.Testing;

/// <summary>Sees every step of every datagram. It must not send or change the world.</summary>
/// <param name="step">What happened.</param>
/// <param name="reason">Why it was dropped, if it was.</param>
/// <param name="datagram">The datagram.</param>
public delegate void DatagramObserver(DatagramStep step, DropReason reason, in SimulatedDatagram datagram);
