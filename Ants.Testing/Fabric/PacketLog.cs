using Ants.Testing.Clock;

namespace Ants.Testing.Fabric;

/// <summary>Writes down what happens to packets: counters, fingerprint, and the test's own observer.</summary>
internal sealed class PacketLog(World world)
{
    private readonly Fingerprint _fingerprint = new();

    /// <summary>The objects that stand for end points outside.</summary>
    public EndPointCache EndPoints { get; } = new();

    /// <summary>The whole world's counters.</summary>
    public DatagramCounters Counters { get; } = new();

    /// <summary>The hash of all that happened.</summary>
    public ulong Fingerprint => _fingerprint.Value;

    /// <summary>The test's observer.</summary>
    public DatagramObserver? Observer { get; set; }

    /// <summary>Writes down a step.</summary>
    public void Write(DatagramStep step, DropReason reason, Packet packet)
    {
        int bytes = packet.Payload.Length;
        SimulatedHost? receiver = step == DatagramStep.Delivered ? (SimulatedHost)packet.Target! : null;
        Counters.Count(step, reason, bytes);
        (receiver ?? packet.Sender).Counters.Count(step, reason, bytes);

        _fingerprint.Add(world.Now.Ticks);
        _fingerprint.Add(((long)step << 8) | (long)reason);
        _fingerprint.Add(packet.Source);
        _fingerprint.Add(packet.Destination);
        if (step is DatagramStep.Sent or DatagramStep.Corrupted)
        {
            _fingerprint.Add(packet.Payload);
        }

        if (Observer is DatagramObserver observer)
        {
            observer(step, reason, View(packet, receiver));
        }
    }

    /// <summary>A packet as a test sees it.</summary>
    public SimulatedDatagram View(Packet packet, SimulatedHost? receiver) =>
        new(world.Now, packet.Sender, receiver, packet.Payload)
        {
            Source = EndPoints.Get(packet.Source),
            Destination = EndPoints.Get(packet.Destination),
        };
}
