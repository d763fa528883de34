using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Ants.Nat;
using Ants.Protocol;

namespace Ants.Testing.Fabric;

/// <summary>A router's server of PCP (RFC 6887) and NAT-PMP (RFC 6886), written from the RFCs and not from the clients.</summary>
internal sealed class PcpDesk(SimulatedNetwork network, SimulatedRouter router, RouterLeases leases)
{
    private const int UnsupportedVersion = 1, UnsupportedOpcode = 4, AddressMismatch = 12, NotAuthorized = 2;

    private Instant _started = network.Now;

    private uint Epoch => (uint)(network.Now - _started).TotalSeconds;

    public void Restart() => _started = network.Now;

    /// <summary>The answer to a request; null for none.</summary>
    public byte[]? Answer(Endpoint from, ReadOnlySpan<byte> request)
    {
        bool pcp = router.Protocols.HasFlag(PortMappingProtocols.Pcp), natPmp = router.Protocols.HasFlag(PortMappingProtocols.NatPmp);
        if (request.Length < 2 || !(pcp || natPmp))
        {
            return null;
        }

        return request[0] switch
        {
            0 when natPmp => AnswerNatPmp(from, request),
            0 => Header(0, UnsupportedVersion, 0),
            2 when pcp => AnswerPcp(from, request),
            _ => [0, (byte)(0x80 | request[1]), 0, UnsupportedVersion, .. Word(Epoch)],
        };
    }

    private static byte[] Word(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private byte[] Header(byte opcode, int result, uint lifetime) =>
        [2, (byte)(0x80 | opcode), 0, (byte)result, .. Word(lifetime), .. Word(Epoch), .. new byte[12]];

    private byte[] AnswerPcp(Endpoint from, ReadOnlySpan<byte> request)
    {
        if (request.Length < 60 || request[1] != 1)
        {
            return Header(request[1], UnsupportedOpcode, 30);
        }

        byte[] map = request[24..60].ToArray();
        IPAddress client = new(request[8..24]);
        client = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        IPEndPoint inside = new(client, BinaryPrimitives.ReadUInt16BigEndian(map.AsSpan(16)));
        uint lifetime = BinaryPrimitives.ReadUInt32BigEndian(request[4..]);
        string nonce = Convert.ToHexString(map.AsSpan(0, 12));
        if (!client.Equals(from.Address) || router.Refusal != 0)
        {
            return [.. Header(1, router.Refusal != 0 ? router.Refusal : AddressMismatch, 30), .. map];
        }

        SimulatedLease? known = leases.Find(inside);
        if (known is not null && known.Id != nonce)
        {
            return [.. Header(1, NotAuthorized, 30), .. map];
        }

        if (lifetime == 0)
        {
            if (known is not null)
            {
                leases.Remove(known);
            }

            return [.. Header(1, 0, 0), .. map];
        }

        int wanted = BinaryPrimitives.ReadUInt16BigEndian(map.AsSpan(18));
        SimulatedLease lease = leases.Grant(PortMappingProtocols.Pcp, inside, wanted, lifetime, nonce, insists: false)!;
        BinaryPrimitives.WriteUInt16BigEndian(map.AsSpan(18), (ushort)lease.ExternalPort);
        (client.AddressFamily == AddressFamily.InterNetwork ? router.External.MapToIPv6() : client).TryWriteBytes(map.AsSpan(20), out _);
        return [.. Header(1, 0, router.GrantedLifetime ?? lifetime), .. map];
    }

    private byte[] AnswerNatPmp(Endpoint from, ReadOnlySpan<byte> request)
    {
        if (request[1] == 0)
        {
            return [0, 0x80, 0, 0, .. Word(Epoch), .. router.External.GetAddressBytes()];
        }

        if (request.Length < 12 || request[1] != 1 || router.Refusal != 0)
        {
            return [0, (byte)(0x80 | request[1]), 0, (byte)(router.Refusal != 0 ? router.Refusal : 5), .. Word(Epoch)];
        }

        IPEndPoint inside = new(from.Address, BinaryPrimitives.ReadUInt16BigEndian(request[4..]));
        uint lifetime = BinaryPrimitives.ReadUInt32BigEndian(request[8..]);
        int port = 0;
        if (lifetime > 0)
        {
            int wanted = BinaryPrimitives.ReadUInt16BigEndian(request[6..]);
            port = leases.Grant(PortMappingProtocols.NatPmp, inside, wanted, lifetime, "", insists: false)!.ExternalPort;
        }
        else if (leases.Find(inside) is { } lease)
        {
            leases.Remove(lease);
        }

        return
        [
            0, 0x81, 0, 0, .. Word(Epoch), request[4], request[5], (byte)(port >> 8), (byte)port,
            .. Word(lifetime == 0 ? 0 : router.GrantedLifetime ?? lifetime),
        ];
    }
}
