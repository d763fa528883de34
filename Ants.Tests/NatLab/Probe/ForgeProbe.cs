using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Ants.Tests.Lab.Probe;

/// <summary>
/// Sends ICMP error messages about datagrams that were never lost, to be placed in a host of the lab. Any router may send such a message, so
/// it needs no forged source.
/// </summary>
/// <remarks>
/// Reads <c>forge TYPE CODE IP:PORT IP:PORT</c>: to the first address, about a datagram from there to the second; answers <c>forged</c>.
/// Ends at the end of its input.
/// </remarks>
internal static class ForgeProbe
{
    public const string Command = "forge-probe";

    private const int IcmpHeader = 8, IpHeader = 20, UdpHeader = 8;

    public static async Task<int> RunAsync()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            string[] words = line.Split(' ');
            IPEndPoint victim = IPEndPoint.Parse(words[3]);
            byte[] message = Forge(Number(words[1]), Number(words[2]), victim, IPEndPoint.Parse(words[4]));
            await socket.SendToAsync(message, new IPEndPoint(victim.Address, 0));
            Console.WriteLine("forged ");
        }

        return 0;
    }

    private static byte Number(string word) => byte.Parse(word, CultureInfo.InvariantCulture);

    /// <summary>RFC 792: the error, then the IP header and the first eight bytes of the datagram that it is about.</summary>
    private static byte[] Forge(byte type, byte code, IPEndPoint source, IPEndPoint destination)
    {
        byte[] message = new byte[IcmpHeader + IpHeader + UdpHeader];
        (message[0], message[1]) = (type, code);

        // RFC 1191: the MTU of the next hop, for "fragmentation needed".
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), 552);
        Span<byte> ip = message.AsSpan(IcmpHeader, IpHeader);
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], 1228);
        ip[6] = 0x40;
        (ip[8], ip[9]) = (64, 17);
        source.Address.TryWriteBytes(ip[12..], out _);
        destination.Address.TryWriteBytes(ip[16..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Checksum(ip));
        Span<byte> udp = message.AsSpan(IcmpHeader + IpHeader);
        BinaryPrimitives.WriteUInt16BigEndian(udp, (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], (ushort)destination.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], 1208);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum(message));
        return message;
    }

    /// <summary>RFC 1071.</summary>
    private static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        }

        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~(sum + (sum >> 16));
    }
}
