using System.Net;
using System.Net.Sockets;
using Ants.Protocol;
using Ants.Protocol.Endpoints;

namespace Ants.Driving;

/// <summary>Hands what sessions have to send to their carriers: to the socket in batches, or to whoever carries it else. Used on the driver.</summary>
/// <param name="endpoint">Whose sessions.</param>
/// <param name="owner">Has the other carriers.</param>
/// <param name="socket">The carrier of UDP.</param>
/// <param name="clock">Asked when sending fails, and not for each of the packets that a relay forwards.</param>
internal sealed class Outlet(Endpoint endpoint, IEndpointOwner owner, IDatagramSocket socket, Func<Instant> clock)
{
    private readonly SendBatch _batch = new(socket);

    /// <summary>Takes all that is due; tells whether there was any.</summary>
    public bool Transmit(Instant now)
    {
        bool any = false;
        while (endpoint.TryPollTransmit(now, _batch.Free, out CarrierAddress to, out int length))
        {
            any = true;
            IPEndPoint? onward = to.EndPoint;
            if (onward is null && !owner.TrySendVia(now, to, _batch.Free[..length], out onward))
            {
                endpoint.OnSendError(now, to);
            }
            else if (onward is not null)
            {
                OnSent(_batch.Add(onward, length, out IPEndPoint? failed), failed);
            }
        }

        return any;
    }

    /// <summary>Sends a datagram of no session.</summary>
    public void Send(IPEndPoint to, ReadOnlySpan<byte> datagram) => OnSent(_batch.Add(to, datagram, out IPEndPoint? failed), failed);

    /// <summary>Sends what is gathered.</summary>
    public void Flush() => OnSent(_batch.Flush(out IPEndPoint? failed), failed);

    /// <summary>
    /// Errors of the local socket are evidence that a path is dead. Those that an ICMP message may have caused are not: anybody
    /// can forge one.
    /// </summary>
    private void OnSent(SocketError error, IPEndPoint? failed)
    {
        if (error is SocketError.NetworkUnreachable or SocketError.AccessDenied or SocketError.NetworkDown or SocketError.AddressNotAvailable)
        {
            endpoint.OnSendError(clock(), CarrierAddress.Udp(failed!));
        }
    }
}
