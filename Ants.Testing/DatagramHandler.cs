using System.Net;
using Ants.Protocol;

namespace Ants.Testing;

/// <summary>Receives the datagrams of a <see cref="SimulatedPort"/>.</summary>
/// <param name="now">Virtual time.</param>
/// <param name="payload">The datagram's bytes, valid during the call.</param>
/// <param name="source">Who sent it, as the network says.</param>
public delegate void DatagramHandler(Instant now, ReadOnlySpan<byte> payload, IPEndPoint source);
