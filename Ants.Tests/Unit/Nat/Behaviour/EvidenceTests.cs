using System.Net;
using Ants.Nat;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat.Behaviour;

/// <summary>What follows from what was seen, and what does not.</summary>
public sealed class EvidenceTests
{
    private static readonly IPAddress s_outside = IPAddress.Parse("198.51.100.7");

    [TestCase("1:1=5 1:2=5", MappingBehaviour.EndpointIndependent, false)]
    [TestCase("1:1=5 1:2=6", MappingBehaviour.AddressAndPortDependent, true)]
    [TestCase("1:1=5 2:1=5", MappingBehaviour.EndpointIndependent, true)]
    [TestCase("1:1=5 2:1=6", MappingBehaviour.AddressDependent, false)]
    [TestCase("1:1=5 1:2=5 2:1=6", MappingBehaviour.AddressDependent, true)]
    [TestCase("1:1=5 1:2=6 2:1=7", MappingBehaviour.AddressAndPortDependent, true)]
    [TestCase("1:1=5", MappingBehaviour.Unknown, false)]
    [TestCase("", MappingBehaviour.Unknown, false)]
    [TestCase("1:1=9 1:2=9", MappingBehaviour.NoNat, true)]
    [TestCase("1:1=9 2:1=5", MappingBehaviour.AddressDependent, false)]
    public void The_mapping_follows_from_comparing_servers(string seen, MappingBehaviour expected, bool isExact)
    {
        // "server:port=external port"; 9 is the socket's own.
        MappingEvidence evidence = new();
        foreach (int[] one in seen.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split(':', '=').Select(int.Parse).ToArray()))
        {
            evidence.Add(new IPEndPoint(new IPAddress([192, 0, 2, (byte)one[0]]), one[1]), new IPEndPoint(s_outside, one[2]));
        }

        Assert.That(evidence.Judge(mapped => mapped.Port == 9), Is.EqualTo((expected, isExact)));
    }

    [TestCase("5=5 6=6 7=7", false, PortAllocation.Preserving, 0)]
    [TestCase("5=5 6=6 7=9000 8=8", false, PortAllocation.Preserving, 0)]
    [TestCase("5=5 6=6 7=9000 8=40", false, PortAllocation.Random, 0)]
    [TestCase("5=100 6=102 7=104 8=106", false, PortAllocation.Sequential, 2)]
    [TestCase("5=100 6=101 7=103 8=104", false, PortAllocation.Sequential, 1)]
    [TestCase("5=200 6=199 7=197 8=196", false, PortAllocation.Sequential, -1)]
    [TestCase("5=65534 6=65535 7=1024 8=1025", false, PortAllocation.Sequential, 1)]
    [TestCase("5=100 6=101 7=100 8=101", false, PortAllocation.Random, 0)]
    [TestCase("5=100 6=101 7=9000 8=9001", false, PortAllocation.Random, 0)]
    [TestCase("5=5 6=6", false, PortAllocation.Unknown, 0)]
    [TestCase("5=5 6=6 7=7", true, PortAllocation.Unknown, 0)]
    [TestCase("5=5 5=100 6=6 6=101 7=7 7=102", true, PortAllocation.Sequential, 1)]
    [TestCase("5=5 5=3100 6=6 6=101 7=7 7=40002", true, PortAllocation.Random, 0)]
    [TestCase("5=100 5=100 5=100 5=100", false, PortAllocation.Unknown, 0)]
    public void The_allocation_follows_from_new_mappings_alone(string samples, bool isDependent, PortAllocation expected, int step)
    {
        AllocationEvidence evidence = new();
        foreach (int[] one in samples.Split(' ').Select(text => text.Split('=').Select(int.Parse).ToArray()))
        {
            evidence.Add(one[0], one[0], new IPEndPoint(s_outside, one[1]));
        }

        Assert.That(evidence.Judge(isDependent), Is.EqualTo((expected, step)));
    }

    [Test]
    public void A_sequence_with_any_step_is_found_wherever_it_begins_and_random_ports_are_none()
    {
        Gen.Select(Gen.Int[1024, 65535], Gen.Int[1, 16], Gen.Bool).Sample((first, size, down) =>
        {
            AllocationEvidence evidence = new();
            int step = down ? -size : size;
            for (int i = 0; i < BehaviourDiscovery.Sockets; i++)
            {
                int port = 1024 + ((first - 1024 + (i * step) + (65536 - 1024)) % (65536 - 1024));
                evidence.Add(i, internalPort: 1, new IPEndPoint(s_outside, port));
            }

            return evidence.Judge(isDependent: false) == (PortAllocation.Sequential, step);
        });
        Gen.Int[1024, 65535].Array[BehaviourDiscovery.Sockets].Sample(
            ports =>
            {
                AllocationEvidence evidence = new();
                for (int i = 0; i < ports.Length; i++)
                {
                    evidence.Add(i, internalPort: 1, new IPEndPoint(s_outside, ports[i]));
                }

                return evidence.Judge(isDependent: false).Allocation != PortAllocation.Preserving;
            });
    }

    [Test]
    public void Nothing_that_is_received_ends_a_step_but_its_answer()
    {
        IPEndPoint server = IPEndPoint.Parse("192.0.2.1:3478");
        byte[] request = new byte[StunScript.MostRequestLength];
        Gen.Select(Gen.Byte.Array[0, 80], Gen.Int[0, 6], Gen.Bool, Gen.Bool).Sample(
            (bytes, socket, isHeadless, fromServer) =>
            {
                BehaviourDiscovery discovery = new(new BehaviourTarget(server.AddressFamily, [server], []), new Crypto.SeededEntropy(1));
                discovery.Script.Begin(TimeSpan.Zero);
                bool sent = discovery.Script.TryPollTransmit(TimeSpan.Zero, request, out int written, out _, out _);

                // Half of them with the right header, and so the right id.
                byte[] datagram = isHeadless ? bytes : [1, 1, 0, (byte)(bytes.Length & ~3), .. request.AsSpan(4, 16), .. bytes.AsSpan(0, bytes.Length & ~3)];
                bool taken = discovery.Script.TryHandle(TimeSpan.Zero, socket, datagram, fromServer ? server : IPEndPoint.Parse("192.0.2.2:3478"));
                return sent && (!taken || (socket == 0 && fromServer && !isHeadless))
                    && (discovery.Describe(DateTimeOffset.UnixEpoch) is null || taken);
            },
            iter: 20_000);
    }
}
