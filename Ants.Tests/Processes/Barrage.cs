using System.Net;
using System.Net.Sockets;
using NUnit.Framework;

namespace Ants.Tests.Processes;

/// <summary>Bad datagrams by the ten thousand, each kind from a socket of its own that counts what is answered.</summary>
internal static class Barrage
{
    private const int PerKind = 25_000;

    // Datagrams sent in one go: what a receive buffer of the default size holds, so that most of them are read, not dropped
    // by the kernel.
    private const int AtOnce = 32;

    // An Ethernet frame's worth.
    private const int LongestRandom = 1_472;

    /// <summary>Throws all four kinds; fails when a kind is answered with more than it asked.</summary>
    public static async Task<int> ThrowAsync(CapturingProxy proxy, int seed)
    {
        Random random = new(seed);
        byte[][] captures = proxy.Captures;
        Func<byte[]>[] kinds =
        [
            () => Bytes(random, random.Next(LongestRandom + 1)),
            () => captures[random.Next(captures.Length)],
            () => captures[random.Next(captures.Length)] is var capture ? capture[..random.Next(capture.Length)] : [],
            () => Mutate(random, captures[random.Next(captures.Length)]),
        ];
        foreach (Func<byte[]> kind in kinds)
        {
            await ThrowAsync(kind, proxy);
        }

        return kinds.Length * PerKind;
    }

    private static async Task ThrowAsync(Func<byte[]> kind, CapturingProxy proxy)
    {
        using UdpClient stranger = new(new IPEndPoint(IPAddress.Loopback, 0));
        using PeriodicTimer pace = new(TimeSpan.FromMilliseconds(1));
        long asked = 0;
        long answered = 0;
        for (int i = 0; i < PerKind; i++)
        {
            byte[] datagram = kind();
            asked += datagram.Length;
            await stranger.SendAsync(datagram, proxy.Called);

            // Every tenth also from the address of the agent that the session is with.
            if (i % 10 == 0)
            {
                proxy.Spoof(datagram);
            }

            if (i % AtOnce == 0)
            {
                await pace.WaitForNextTickAsync();
                answered += Drain(stranger);
                Assert.That(answered, Is.LessThanOrEqualTo(asked), "bytes answered to a stranger, against bytes asked");
            }
        }
    }

    private static long Drain(UdpClient socket)
    {
        long bytes = 0;
        IPEndPoint? from = null;
        while (socket.Available > 0)
        {
            bytes += socket.Receive(ref from).Length;
        }

        return bytes;
    }

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Mutate(Random random, byte[] capture)
    {
        byte[] mutated = [.. capture];
        for (int i = random.Next(1, 8); i > 0; i--)
        {
            mutated[random.Next(mutated.Length)] ^= (byte)random.Next(1, 256);
        }

        return mutated;
    }
}
