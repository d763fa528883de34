using System.Numerics;
using Ants.Protocol.Paths;
using Ants.Protocol.Wire;

namespace Ants.Protocol.Sessions;

/// <summary>
/// Says CLOSE on every path that works, and again when the peer goes on sending: after its 1st, 2nd, 4th, ... packet, so
/// that two ends that both close fall silent (RFC 9000 section 10.2.1).
/// </summary>
internal sealed class SessionClosing(PathSet paths, CloseFrame frame)
{
    // A loopback's PTO is shorter than the time in which a busy peer comes to read its socket.
    private static readonly TimeSpan s_leastDrain = TimeSpan.FromMilliseconds(200);

    private readonly Queue<Path> _due = new(paths.All.Where(path => path.IsUsable));
    private uint _packets;

    /// <summary>RFC 9000 section 10.2: how long late packets are still recognised, three probe timeouts of the slowest path.</summary>
    public static TimeSpan DrainTime(PathSet paths)
    {
        TimeSpan drain = s_leastDrain;
        foreach (Path path in paths.All.Where(path => path.IsUsable))
        {
            TimeSpan wanted = 3 * path.Recovery.ProbeTimeout;
            drain = wanted > drain ? wanted : drain;
        }

        return drain;
    }

    public void OnPacket()
    {
        if (!BitOperations.IsPow2(++_packets))
        {
            return;
        }

        foreach (Path path in paths.All.Where(path => path.IsUsable && !_due.Contains(path)))
        {
            _due.Enqueue(path);
        }
    }

    public bool TryAssemble(Instant now, PacketAssembler assembler, Span<byte> buffer, out CarrierAddress to, out int length)
    {
        length = 0;
        to = default;
        while (length == 0 && _due.TryDequeue(out Path? path))
        {
            to = path.Remote.Tunnelled();
            length = assembler.AssembleClose(now, path, frame, buffer);
        }

        return length > 0;
    }
}
