using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Ants.Crypto;
using Ants.Crypto.Primitives;
using Ants.Samples.Throughput.Measuring;

namespace Ants.Samples.Throughput.Yardsticks;

/// <summary>
/// Sealed datagrams as fast as they can be sent; those that the receiver has no room for are lost.
/// <code>
///  | number (64) | sealed bytes of the pattern, from number x their length on | tag |
/// </code>
/// </summary>
internal static class SealedDatagrams
{
    /// <summary>What the ends share: a key and an iv, each as long as any suite asks.</summary>
    public const int SecretSize = KeySize + IvSize;

    // What Ethernet's 1,500 bytes leave of an IPv4 datagram.
    private const int DatagramSize = 1472;

    private const int NumberSize = sizeof(ulong);
    private const int KeySize = 32;
    private const int IvSize = 16;

    // What an IPv4 datagram's length field leaves to a run of UDP_SEGMENT.
    private const int RunSize = 65_507 / DatagramSize * DatagramSize;

    /// <summary>A secret.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretSize);

    /// <summary>Sends until <paramref name="over"/>.</summary>
    public static void Send(IPEndPoint to, ReadOnlySpan<byte> secret, ByteWindow sent, Task over)
    {
        using IDatagramSocket socket = AntsNetwork.System.Bind(new IPEndPoint(IPAddress.Any, 0));
        using PacketCipher cipher = CreateCipher(secret);
        int content = ContentSize(cipher);
        byte[] run = GC.AllocateUninitializedArray<byte>(RunSize, pinned: true);
        for (ulong number = 0; !over.IsCompleted;)
        {
            for (int at = 0; at < run.Length; at += DatagramSize, number++)
            {
                Span<byte> datagram = run.AsSpan(at, DatagramSize);
                BinaryPrimitives.WriteUInt64LittleEndian(datagram, number);
                ReadOnlySpan<byte> bytes = Pattern.At((long)number * content, content);
                cipher.Seal(0, number, datagram[..NumberSize], bytes, datagram[NumberSize..]);
            }

            SocketError error = socket.Send(run, DatagramSize, to);
            if (error is not SocketError.Success and not SocketError.WouldBlock and not SocketError.NoBufferSpaceAvailable)
            {
                throw new ThroughputException($"A datagram could not be sent: {error}.");
            }

            sent.Count(run.Length / DatagramSize * content);
        }
    }

    /// <summary>Receives until <paramref name="ct"/> is cancelled.</summary>
    public static async Task ReceiveAsync(IDatagramSocket socket, byte[] secret, ByteWindow received, CancellationToken ct)
    {
        using PacketCipher cipher = CreateCipher(secret);
        DatagramBatch batch = socket.CreateBatch();
        byte[] plaintext = new byte[DatagramSize];
        try
        {
            while (await socket.ReceiveAsync(batch, ct))
            {
                received.Count(Open(cipher, batch, plaintext));
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Enough has come.
            return;
        }
    }

    // What is not ours is not counted: anybody may send to a port.
    private static long Open(PacketCipher cipher, DatagramBatch batch, Span<byte> plaintext)
    {
        long count = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            ReadOnlySpan<byte> datagram = batch[i];
            if (datagram.Length != DatagramSize)
            {
                continue;
            }

            ulong number = BinaryPrimitives.ReadUInt64LittleEndian(datagram);
            Span<byte> bytes = plaintext[..ContentSize(cipher)];
            if (cipher.TryOpen(0, number, datagram[..NumberSize], datagram[NumberSize..], bytes)
                && Pattern.Matches((long)number * bytes.Length, bytes))
            {
                count += bytes.Length;
            }
        }

        return count;
    }

    private static int ContentSize(PacketCipher cipher) => DatagramSize - NumberSize - cipher.TagSize;

    // The suite that two agents on machines like this would choose.
    private static PacketCipher CreateCipher(ReadOnlySpan<byte> secret)
    {
        CipherSuite suite = (CipherSuite)CipherSuites.Offer[0];
        (int key, int iv) = suite == CipherSuite.Aegis128L ? (Aegis128L.KeySize, Aegis128L.NonceSize) : (Aead.KeySize, Aead.NonceSize);
        return PacketCipher.Create(suite, secret[..key], secret.Slice(KeySize, iv), AeadBackend.Best);
    }
}
