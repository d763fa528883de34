using System.Net;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

/// <summary>The bytes of PCP and NAT-PMP, against what miniupnpd takes and gives.</summary>
public sealed class PcpWireTests
{
    [Test]
    public void A_request_for_a_mapping_has_its_golden_bytes()
    {
        byte[] buffer = new byte[PcpMapRequest.MostLength];
        int length = new PcpMapRequest
        {
            Nonce = "abcdefghijkl"u8,
            Internal = IPEndPoint.Parse("10.1.0.10:41000"),
            Suggested = IPEndPoint.Parse("0.0.0.0:41000"),
            Lifetime = 600,
        }.Write(buffer);

        Assert.That(Convert.ToHexString(buffer.AsSpan(0, length)), Is.EqualTo(
            "020100000000025800000000000000000000FFFF0A01000A6162636465666768696A6B6C11000000A028A02800000000000000000000FFFF00000000"));
    }

    [Test]
    public void A_pinhole_s_request_asks_for_failure_rather_than_another_port()
    {
        byte[] buffer = new byte[PcpMapRequest.MostLength];
        IPEndPoint inside = IPEndPoint.Parse("[2001:db8::5]:41000");
        int length = new PcpMapRequest { Nonce = "abcdefghijkl"u8, Internal = inside, Suggested = inside, Lifetime = 1, PrefersFailure = true }.Write(buffer);

        Assert.That(length, Is.EqualTo(64));
        Assert.That(Convert.ToHexString(buffer.AsSpan(8, 16)), Is.EqualTo("20010DB8000000000000000000000005"));
        Assert.That(buffer[60..64], Is.EqualTo(new byte[] { 2, 0, 0, 0 }));
    }

    [Test]
    public void An_answer_is_read()
    {
        Assert.That(PcpResponse.TryRead(MappingSamples.PcpMapped, out PcpResponse response));
        Assert.That((response.Version, response.Opcode, response.Result, response.Lifetime, response.Epoch), Is.EqualTo((2, 1, PcpResult.Success, 600u, 2u)));
        Assert.That(response.HasMap);
        Assert.That((response.Protocol, response.InternalPort, response.External), Is.EqualTo((PcpWire.Udp, 41000, MappingSamples.External)));
        Assert.That(response.Nonce.SequenceEqual("abcdefghijkl"u8));

        Assert.That(PcpResponse.TryRead(MappingSamples.PcpAnnounce, out PcpResponse announce));
        Assert.That((announce.Opcode, announce.Epoch, announce.HasMap), Is.EqualTo((PcpWire.OpcodeAnnounce, 3u, false)));
    }

    [Test]
    public void What_is_cut_off_or_too_long_or_no_answer_is_no_answer()
    {
        for (int length = 0; length < MappingSamples.PcpMapped.Length; length++)
        {
            bool isRead = PcpResponse.TryRead(MappingSamples.PcpMapped.AsSpan(0, length), out PcpResponse response);
            Assert.That(isRead && response.HasMap, Is.False, $"of {length} bytes");
        }

        Assert.That(PcpResponse.TryRead(new byte[1104], out _), Is.False);
        byte[] request = [.. MappingSamples.PcpMapped];
        request[1] = PcpWire.OpcodeMap;
        Assert.That(PcpResponse.TryRead(request, out _), Is.False);
    }

    [Test]
    public void What_a_router_says_unasked_is_known_for_what_it_is()
    {
        Assert.That(RouterAnnouncement.IsOne(MappingSamples.PcpAnnounce));
        Assert.That(RouterAnnouncement.IsOne(MappingSamples.NatPmpAddress));
        foreach (byte[] other in (byte[][])[MappingSamples.PcpMapped, MappingSamples.NatPmpMapped, MappingSamples.SsdpFound, [], [0, 0], [2, 0, .. new byte[22]]])
        {
            Assert.That(RouterAnnouncement.IsOne(other), Is.False);
        }
    }

    [Test]
    public void NAT_PMP_has_its_golden_bytes()
    {
        byte[] buffer = new byte[16];
        Assert.That(buffer[..NatPmpRequest.WriteAddress(buffer)], Is.EqualTo(new byte[] { 0, 0 }));
        Assert.That(Convert.ToHexString(buffer.AsSpan(0, NatPmpRequest.WriteMap(buffer, 41000, 41001, 600))), Is.EqualTo("00010000A028A02900000258"));

        Assert.That(NatPmpResponse.TryRead(MappingSamples.NatPmpAddress, out NatPmpResponse address));
        Assert.That((address.HasAddress, address.Address, address.Epoch), Is.EqualTo((true, MappingSamples.External.Address, 1u)));
        Assert.That(NatPmpResponse.TryRead(MappingSamples.NatPmpMapped, out NatPmpResponse mapped));
        Assert.That((mapped.HasMap, mapped.InternalPort, mapped.ExternalPort, mapped.Lifetime), Is.EqualTo((true, 41000, 41000, 600u)));
        Assert.That(NatPmpResponse.TryRead(MappingSamples.NatPmpAddress.AsSpan(0, 7), out _), Is.False);
    }
}
