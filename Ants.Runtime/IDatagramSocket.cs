using System.Net;
using System.Net.Sockets;

namespace Ants;

/// <summary>
/// A bound UDP socket as an agent uses it: the seam between ANTS and the network beneath, real or simulated.
/// </summary>
/// <remarks>
/// <para><b>Buffers.</b> The caller owns the batch and the payload. A receive may write to the batch from its call until
/// its task completes, and never afterwards; a send has copied or sent the payload when it returns.</para>
/// <para><b>Threads.</b> One receive at a time; sends may run beside it and beside one another.</para>
/// <para><b>Dispose.</b> Completes a waiting receive with <see langword="false"/>, as it does every later one; later sends
/// return <see cref="SocketError.OperationAborted"/>. It may be called twice, and while other calls run.</para>
/// </remarks>
public interface IDatagramSocket : IDisposable
{
    /// <summary>The address and port that the socket is bound to; the port is never zero.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>
    /// Receives that failed or were thrown away by this socket so far: ICMP errors that a system reports on a receive,
    /// and datagrams longer than a slot of the batch. Both can be caused by anyone, so they are counted, never thrown.
    /// </summary>
    long ReceiveErrors { get; }

    /// <summary>What the system holds for this socket; null where nobody can say.</summary>
    SocketBuffers? Buffers => null;

    /// <summary>A batch of the size that serves this socket best, for its receives. Any other batch does too.</summary>
    DatagramBatch CreateBatch() => new();

    /// <summary>
    /// Empties <paramref name="batch"/>, waits for a datagram, and adds it and those queued behind it while they fit.
    /// IPv4 senders are reported with IPv4 addresses, also on a dual-stack socket.
    /// </summary>
    /// <returns>
    /// <see langword="true"/> with at least one datagram; <see langword="false"/> when the socket was disposed, or when
    /// the system will receive nothing on it any more.
    /// </returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled; the batch is empty.</exception>
    ValueTask<bool> ReceiveAsync(DatagramBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// Waits on the calling thread, between two receives and for at most <paramref name="limit"/>, a fraction of a millisecond, until there is
    /// something to receive. A socket that cannot wait for so short a time says at once that there is nothing.
    /// </summary>
    /// <returns>Whether there may be something; what there is need not be a datagram that a receive ends with.</returns>
    bool WaitBriefly(TimeSpan limit) => false;

    /// <summary>
    /// Sends <paramref name="payload"/> as consecutive datagrams of <paramref name="segmentSize"/> bytes, of which the last
    /// may be shorter: the shape of Linux's UDP_SEGMENT. Does not wait for the network.
    /// </summary>
    /// <returns>
    /// <see cref="SocketError.Success"/>, or the error of the first datagram that failed; those behind it are not sent.
    /// Such as <see cref="SocketError.MessageSize"/> (larger than the interface takes),
    /// <see cref="SocketError.NetworkUnreachable"/> (no route), <see cref="SocketError.AccessDenied"/> (a local firewall).
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The payload is empty, the segment size is not positive, or the destination has no port: the caller's mistakes.
    /// </exception>
    SocketError Send(ReadOnlySpan<byte> payload, int segmentSize, IPEndPoint destination);
}
