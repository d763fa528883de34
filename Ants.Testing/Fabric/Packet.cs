using System.Net.Sockets;
using Ants.Testing.Clock;

namespace Ants.Testing.Fabric;

/// <summary>A datagram under way. Belongs to the pool of its fabric, which also lets it happen.</summary>
internal sealed class Packet(PacketRouter router) : QueuedEvent
{
    private byte[] _buffer = new byte[2048];
    private int _length;

    /// <summary>Where it seems to come from; NATs change it.</summary>
    public Endpoint Source { get; set; }

    /// <summary>Where it goes to; NATs change it.</summary>
    public Endpoint Destination { get; set; }

    /// <summary>The host that sent it.</summary>
    public SimulatedHost Sender { get; set; } = null!;

    /// <summary>Where it arrives: the host or NAT that it is under way to.</summary>
    public INode? Target { get; set; }

    /// <summary>What comes next.</summary>
    public PacketStage Stage { get; set; }

    /// <summary>Whether it has crossed a network already, so that those behind the receiver's NATs cost nothing more.</summary>
    public bool HasCrossed { get; set; }

    /// <summary>Its bytes.</summary>
    public Span<byte> Payload => _buffer.AsSpan(0, _length);

    /// <summary>Bytes on a link, headers included.</summary>
    public int Size => SizeOf(_length, Destination.Address.AddressFamily);

    /// <summary>Bytes that a payload takes on a link.</summary>
    public static int SizeOf(int payload, AddressFamily family) => payload
        + (family == AddressFamily.InterNetwork ? LinkConditions.Ipv4HeaderSize : LinkConditions.Ipv6HeaderSize);

    /// <summary>Takes a copy of a payload.</summary>
    public void Load(ReadOnlySpan<byte> payload)
    {
        if (_buffer.Length < payload.Length)
        {
            _buffer = new byte[payload.Length];
        }

        payload.CopyTo(_buffer);
        _length = payload.Length;
    }

    /// <summary>Becomes a copy of another packet.</summary>
    public void CopyFrom(Packet other)
    {
        Load(other.Payload);
        Source = other.Source;
        Destination = other.Destination;
        Sender = other.Sender;
        Target = other.Target;
        HasCrossed = other.HasCrossed;
    }

    /// <inheritdoc/>
    public override void Fire() => router.Continue(this);
}
