using Ants.Testing.Clock;

namespace Ants.Testing.Fabric;

/// <summary>
/// Takes packets from host to host: across the sender's uplink, out through its NATs, across the one network in which the
/// addresses meet, in through the receiver's NATs, and across its downlink.
/// </summary>
internal sealed class PacketRouter(World world, PacketLog log, Prng random)
{
    private readonly Stack<Packet> _pool = new();
    private readonly List<DatagramFilter> _filters = [];

    /// <summary>The paths between hosts.</summary>
    public PathTable Paths { get; } = new();

    /// <summary>Where every step is written.</summary>
    public PacketLog Log => log;

    /// <summary>Adds a rule.</summary>
    public void Block(DatagramFilter filter) => _filters.Add(filter);

    /// <summary>Takes a rule away.</summary>
    public void Unblock(DatagramFilter filter) => _filters.Remove(filter);

    /// <summary>Sends a datagram from a host.</summary>
    public void Send(SimulatedHost host, ReadOnlySpan<byte> payload, Endpoint source, Endpoint destination)
    {
        Packet packet = Rent();
        packet.Load(payload);
        packet.Source = source;
        packet.Destination = destination;
        packet.Sender = host;
        packet.HasCrossed = false;
        log.Write(DatagramStep.Sent, DropReason.None, packet);
        if (host.IsOwn(destination.Address))
        {
            packet.Target = host;
            packet.Stage = PacketStage.Deliver;
            world.Set(packet, world.Now);
        }
        else
        {
            Cross(host.UplinkState, host.Uplink, packet, PacketStage.Route);
        }
    }

    /// <summary>Sends an answer back to where a packet came from, from a node of its sender's own network; the packet carries it.</summary>
    public void Answer(Packet packet, ReadOnlySpan<byte> payload, Endpoint source, Realm realm)
    {
        packet.Load(payload);
        (packet.Source, packet.Destination) = (source, packet.Source);
        packet.HasCrossed = true;
        log.Write(DatagramStep.Sent, DropReason.None, packet);
        packet.Target = realm.Find(packet.Destination.Address);
        if (packet.Target is null)
        {
            Drop(packet, DropReason.NoRoute);
            return;
        }

        Cross(Paths.Get(packet.Sender, null).Link, realm.Conditions, packet, PacketStage.Arrive);
    }

    /// <summary>A copy of a packet, to be sent on its own.</summary>
    public Packet Copy(Packet packet)
    {
        Packet copy = Rent();
        copy.CopyFrom(packet);
        return copy;
    }

    /// <summary>Does what comes next for a packet.</summary>
    public void Continue(Packet packet)
    {
        switch (packet.Stage)
        {
            case PacketStage.Route:
                Route(packet, packet.Sender.Realm);
                break;
            case PacketStage.Arrive:
                packet.Target!.Arrive(packet);
                break;
            default:
                ((SimulatedHost)packet.Target!).Deliver(packet);
                break;
        }
    }

    /// <summary>Takes a packet into a realm.</summary>
    public void Route(Packet packet, Realm realm)
    {
        INode? node = realm.Find(packet.Destination.Address);
        SimulatedHost? receiver = node?.Resolve(packet.Destination);
        if (IsBlocked(packet, receiver))
        {
            Drop(packet, DropReason.Blocked);
            return;
        }

        if (node is null)
        {
            if (realm.Gateway is SimulatedNat gateway)
            {
                gateway.Leave(packet);
            }
            else
            {
                Drop(packet, DropReason.NoRoute);
            }

            return;
        }

        packet.Target = node;
        if (packet.HasCrossed)
        {
            node.Arrive(packet);
            return;
        }

        Path path = Paths.Get(packet.Sender, receiver);
        if (path.IsCut)
        {
            Drop(packet, DropReason.Cut);
            return;
        }

        packet.HasCrossed = true;
        Cross(path.Link, path.Conditions ?? realm.Conditions, packet, PacketStage.Arrive);
    }

    /// <summary>Takes a packet across a link to its next stage.</summary>
    public void Cross(Link link, LinkConditions conditions, Packet packet, PacketStage next)
    {
        DropReason reason = link.TryCarry(conditions, world.Now, packet.Size, random, out Protocol.Instant arrival);
        if (reason != DropReason.None)
        {
            Drop(packet, reason);
            return;
        }

        packet.Stage = next;
        if (random.Chance(conditions.Duplication))
        {
            Packet copy = Rent();
            copy.CopyFrom(packet);
            copy.Stage = next;
            log.Write(DatagramStep.Duplicated, DropReason.None, copy);
            world.Set(copy, arrival);
        }

        if (random.Chance(conditions.Corruption))
        {
            Corrupt(packet);
        }

        // A link that takes no time costs no event, but crossing a network always does: nothing is received within the
        // call that sent it.
        if (arrival == world.Now && next != PacketStage.Arrive)
        {
            Continue(packet);
        }
        else
        {
            world.Set(packet, arrival);
        }
    }

    /// <summary>Ends a packet's life short of its goal.</summary>
    public void Drop(Packet packet, DropReason reason)
    {
        log.Write(DatagramStep.Dropped, reason, packet);
        Return(packet);
    }

    /// <summary>Gives a packet back to the pool.</summary>
    public void Return(Packet packet) => _pool.Push(packet);

    private Packet Rent() => _pool.TryPop(out Packet? packet) ? packet : new Packet(this);

    private bool IsBlocked(Packet packet, SimulatedHost? receiver)
    {
        foreach (DatagramFilter filter in _filters)
        {
            if (filter(log.View(packet, receiver)))
            {
                return true;
            }
        }

        return false;
    }

    private void Corrupt(Packet packet)
    {
        for (long flips = 1 + random.Below(3); flips > 0 && packet.Payload.Length > 0; flips--)
        {
            int bit = (int)random.Below(packet.Payload.Length * 8L);
            packet.Payload[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        log.Write(DatagramStep.Corrupted, DropReason.None, packet);
    }
}
