using System.Net;
using Ants.Protocol;

namespace Ants.Testing;

/// <summary>A datagram on its way, with the addresses that it has at this point of it: NATs change them.</summary>
public readonly ref struct SimulatedDatagram
{
    internal SimulatedDatagram(Instant at, SimulatedHost sender, SimulatedHost? receiver, ReadOnlySpan<byte> payload)
    {
        At = at;
        Sender = sender;
        Receiver = receiver;
        Payload = payload;
    }

    /// <summary>The point in virtual time.</summary>
    public Instant At { get; }

    /// <summary>The host that sent it.</summary>
    public SimulatedHost Sender { get; }

    /// <summary>The host that it will reach as things stand, or <see langword="null"/> when that is not known here.</summary>
    public SimulatedHost? Receiver { get; }

    /// <summary>Where it seems to come from.</summary>
    public IPEndPoint Source { get; internal init; } = null!;

    /// <summary>Where it goes to.</summary>
    public IPEndPoint Destination { get; internal init; } = null!;

    /// <summary>Its bytes, valid during the call.</summary>
    public ReadOnlySpan<byte> Payload { get; }
}
