using System.Net;
using System.Net.Sockets;
using Ants.Nat;
using Ants.Testing;

namespace Ants.Tests.Unit.Nat.Behaviour;

/// <summary>A STUN server of the simulated world with as many addresses and ports as a test wants, which may lie.</summary>
internal sealed class FullStunServer
{
    public const int MainPort = 3478;
    public const int SecondPort = 3479;

    private readonly SimulatedHost _host;
    private readonly SimulatedPort?[,] _ports = new SimulatedPort?[2, 2];
    private readonly IPAddress[] _addresses;

    private FullStunServer(SimulatedHost host, IPAddress[] addresses, int ports)
    {
        _host = host;
        _addresses = addresses;
        for (int a = 0; a < addresses.Length; a++)
        {
            for (int p = 0; p < ports; p++)
            {
                (int atAddress, int atPort) = (a, p);
                _ports[a, p] = host.Bind(new IPEndPoint(addresses[a], p == 0 ? MainPort : SecondPort), (_, payload, from) => Answer(atAddress, atPort, payload, from));
            }
        }
    }

    public IPEndPoint Main => new(_addresses[0], MainPort);

    /// <summary>What it says in OTHER-ADDRESS; the truth unless set.</summary>
    public IPEndPoint? ToldOther { get; set; }

    /// <summary>What it says to have seen; the truth unless set.</summary>
    public IPEndPoint? ToldMapped { get; set; }

    /// <summary>Whether it knows nothing of RFC 5780.</summary>
    public bool IsBasic { get; set; }

    /// <summary>Requests that came.</summary>
    public int Requests { get; private set; }

    public static FullStunServer Add(SimulatedNetwork network, int addresses, int ports, bool ipv6 = false)
    {
        SimulatedHost host = network.AddHost(ipv6: ipv6);
        AddressFamily family = ipv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        if (addresses == 2)
        {
            host.AddAddress(family);
        }

        return new FullStunServer(host, [.. host.Addresses.Where(address => address.AddressFamily == family).Take(addresses)], ports);
    }

    private void Answer(int a, int p, ReadOnlySpan<byte> payload, IPEndPoint from)
    {
        Requests++;
        bool isFull = _ports[1, 1] is not null && !IsBasic;
        StunAnswering answering = new(!IsBasic && _ports[0, 1] is not null ? p == 0 ? SecondPort : MainPort : 0, CanRedirect: !IsBasic);
        byte[] response = new byte[StunResponder.MostResponseLength];
        if (!StunMessage.TryRead(payload, out StunMessage request))
        {
            return;
        }

        request.TryGetChangeRequest(out bool changeAddress, out bool changePort);
        if (!isFull && ToldMapped is null && ToldOther is null)
        {
            if (StunResponder.TryRespond(payload, from, answering, response, out int length, out StunRoute route))
            {
                _ports[a, route.FromOtherPort ? 1 - p : p]!.Send(response.AsSpan(0, length), route.To);
            }

            return;
        }

        StunWriter writer = new(response, StunClass.SuccessResponse, StunMethod.Binding, request.TransactionId);
        writer.AddAddress(StunAttributeType.XorMappedAddress, ToldMapped ?? from);
        writer.AddAddress(StunAttributeType.OtherAddress, ToldOther ?? new IPEndPoint(_addresses[1 - a], p == 0 ? SecondPort : MainPort));
        writer.TryFinish(out int written);
        IPEndPoint to = request.TryGetResponsePort(out ushort port) ? new IPEndPoint(from.Address, port) : from;
        _ports[isFull && changeAddress ? 1 - a : a, isFull && changePort ? 1 - p : p]!.Send(response.AsSpan(0, written), to);
    }
}
