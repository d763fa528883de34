using System.Net;
using System.Net.Sockets;

namespace Ants.Sockets;

/// <summary>
/// Connects to a host by whichever of its addresses answers first, calling them one after the other without waiting for the last to
/// fail (RFC 8305 section 5): an address that leads nowhere, most often of IPv6, must not take the time of the others.
/// </summary>
internal static class TcpRace
{
    // RFC 8305 section 8: Connection Attempt Delay.
    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(250);

    /// <exception cref="SocketException">No address answered, or the host has none.</exception>
    public static async Task<Socket> ConnectAsync(DnsEndPoint host, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(host.Host, cancellationToken);
        using CancellationTokenSource won = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<Socket>> calls = [];
        Task<Socket>? failed = null;
        for (int next = 0; next < addresses.Length || calls.Count > 0;)
        {
            if (next < addresses.Length)
            {
                calls.Add(CallAsync(new IPEndPoint(addresses[next++], host.Port), won.Token));
            }

            Task<Socket>? first = await FirstAsync(calls, next < addresses.Length ? s_delay : Timeout.InfiniteTimeSpan);
            if (first is { IsCompletedSuccessfully: true })
            {
                await won.CancelAsync();
                calls.Remove(first);
                calls.ForEach(late => _ = DiscardAsync(late));
                return await first;
            }

            failed = first ?? failed;
            calls.RemoveAll(call => call == first);
        }

        return failed is null ? throw new SocketException((int)SocketError.HostNotFound) : await failed;
    }

    /// <summary>The first call that is over, or null after a while.</summary>
    private static async Task<Task<Socket>?> FirstAsync(List<Task<Socket>> calls, TimeSpan patience)
    {
        try
        {
            return await Task.WhenAny(calls).WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static async Task<Socket> CallAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        // Without delay: a packet that waits for the next is late.
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task DiscardAsync(Task<Socket> late)
    {
        try
        {
            (await late).Dispose();
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // It lost in every respect.
            return;
        }
    }
}
