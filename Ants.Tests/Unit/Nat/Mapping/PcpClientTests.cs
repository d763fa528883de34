using System.Buffers.Binary;
using System.Net;
using Ants.Nat;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

/// <summary>PCP and NAT-PMP with one router, answer by answer.</summary>
public sealed class PcpClientTests
{
    private static readonly MappingTarget Pinhole = MappingSamples.Target with
    {
        Gateway = new NetworkGateway(IPAddress.Parse("fe80::1%2"), IPAddress.Parse("2001:db8::5"), 64),
    };

    [Test]
    public void A_request_goes_out_nine_times_over_64_seconds_and_is_given_up_after_128()
    {
        ScriptedMapper mapper = Begun(PortMappingProtocols.NatPmp);
        mapper.Pass(63);
        Assert.That(mapper.Sent, Has.Count.EqualTo(8));
        mapper.Pass(64);
        Assert.That((mapper.Sent.Count, mapper.Outcome), Is.EqualTo((9, PortMappingOutcome.Asking)));
        mapper.Pass(1);
        Assert.That(mapper.Outcome, Is.EqualTo(PortMappingOutcome.NoAnswer));
    }

    [Test]
    public void Answers_from_anybody_but_the_router_s_port_or_with_another_nonce_are_ignored()
    {
        ScriptedMapper mapper = Begun(PortMappingProtocols.Pcp);
        Assert.That(mapper.Hear(MappingSamples.PcpMapped, new IPEndPoint(IPAddress.Parse("10.1.0.7"), 5351)), Is.False);
        Assert.That(mapper.Hear(MappingSamples.PcpMapped, new IPEndPoint(MappingSamples.Gateway.Router, 5350)), Is.False);
        foreach (int at in (int[])[24, 35, 36, 40])
        {
            byte[] other = [.. MappingSamples.PcpMapped];
            other[at] ^= 1;
            Assert.That(mapper.Hear(other, MappingSamples.Pcp), Is.False, $"byte {at} is another");
        }

        Assert.That(mapper.Hear(MappingSamples.PcpMapped, MappingSamples.Pcp));
        Assert.That(mapper.Mapper.Mapping!.External, Is.EqualTo(MappingSamples.External));
        Assert.That(mapper.Hear(MappingSamples.PcpMapped, MappingSamples.Pcp), Is.False, "nothing is asked any more");
    }

    [Test]
    public void An_epoch_that_goes_backwards_is_a_mapping_made_again()
    {
        ScriptedMapper mapper = Begun(PortMappingProtocols.Pcp);
        mapper.Hear(Map(lifetime: 600, epoch: 1000), MappingSamples.Pcp);
        mapper.Pass(300);
        Assert.That(mapper.Sent, Has.Count.EqualTo(2));
        mapper.Hear(Map(lifetime: 600, epoch: 1300), MappingSamples.Pcp);
        mapper.Pass(300);
        mapper.Hear(Map(lifetime: 600, epoch: 5), MappingSamples.Pcp);
        Assert.That(mapper.Events(), Is.EqualTo(new[] { MappingEventKind.Mapped, MappingEventKind.Renewed, MappingEventKind.Recreated }));
    }

    [Test]
    public void A_server_of_NAT_PMP_alone_is_known_at_once_and_asked_in_its_own_words()
    {
        ScriptedMapper mapper = Begun(PortMappingProtocols.Pcp | PortMappingProtocols.NatPmp);
        mapper.Hear([0, 0x81, 0, 1, 0, 0, 0, 9], MappingSamples.Pcp);
        Assert.That(mapper[PortMappingProtocols.Pcp].Outcome, Is.EqualTo(PortMappingOutcome.Unsupported));
        mapper.Hear(MappingSamples.NatPmpAddress, MappingSamples.Pcp);
        Assert.That(mapper[PortMappingProtocols.NatPmp].Outcome, Is.EqualTo(PortMappingOutcome.Claiming));
        mapper.Hear([0, 0x81, 0, 1, 0, 0, 0, 9], MappingSamples.Pcp);
        mapper.Hear(MappingSamples.NatPmpMapped, MappingSamples.Pcp);
        Assert.That(mapper.Mapper.Mapping, Is.Not.Null.And.Property("Protocol").EqualTo(PortMappingProtocols.NatPmp));
    }

    [Test]
    public void A_server_of_PCP_alone_ends_NAT_PMP()
    {
        ScriptedMapper mapper = Begun(PortMappingProtocols.NatPmp);
        mapper.Hear([2, 0x80, 0, 1, .. new byte[20]], MappingSamples.Pcp);
        Assert.That(mapper.Outcome, Is.EqualTo(PortMappingOutcome.Unsupported));
    }

    [Test]
    public void A_server_of_the_draft_ends_PCP()
    {
        ScriptedMapper mapper = Begun(PortMappingProtocols.Pcp);
        mapper.Hear([1, 0x81, 0, 1, .. new byte[20]], MappingSamples.Pcp);
        Assert.That((mapper.Outcome, mapper.Detail), Is.EqualTo((PortMappingOutcome.Unsupported, "the router speaks version 1")));
    }

    [Test]
    public void A_router_that_does_not_know_the_option_is_asked_without_it()
    {
        ScriptedMapper mapper = new(PortMappingProtocols.Pcp, Pinhole);
        mapper.Begin();
        Assert.That(mapper.Sent.Single().Bytes, Has.Length.EqualTo(64));
        IPEndPoint router = new(Pinhole.Gateway.Router, 5351);
        mapper.Hear(MapV6("2001:db8::5", result: 5), router);
        Assert.That(mapper.Sent[^1].Bytes, Has.Length.EqualTo(60));
        mapper.Hear(MapV6("2001:db8::5"), router);
        Assert.That(mapper.Mapper.Mapping!.External, Is.EqualTo(Pinhole.Internal));
    }

    [Test]
    public void A_pinhole_for_somebody_else_s_address_is_nonsense()
    {
        ScriptedMapper mapper = new(PortMappingProtocols.Pcp, Pinhole);
        mapper.Begin();
        mapper.Hear(MapV6("2001:db8::6"), new IPEndPoint(Pinhole.Gateway.Router, 5351));
        Assert.That(mapper.Outcome, Is.EqualTo(PortMappingOutcome.Nonsense));
    }

    [Test]
    public void Another_NAT_before_the_router_is_told_from_other_refusals()
    {
        ScriptedMapper mapper = Begun(PortMappingProtocols.Pcp);
        byte[] refused = Map(30, 1);
        refused[3] = (byte)PcpResult.AddressMismatch;
        mapper.Hear(refused, MappingSamples.Pcp);
        Assert.That((mapper.Outcome, mapper.Detail), Is.EqualTo((PortMappingOutcome.Refused, "there is another NAT before this router")));
    }

    [TestCase(0u)]
    [TestCase(1u)]
    [TestCase(29u)]
    public void A_router_that_grants_next_to_no_time_sets_no_pace(uint lifetime)
    {
        ScriptedMapper mapper = Begun(PortMappingProtocols.Pcp);
        mapper.Hear(Map(lifetime, epoch: 1), MappingSamples.Pcp);
        Assert.That((mapper.Outcome, mapper.Mapper.Mapping), Is.EqualTo((PortMappingOutcome.Nonsense, (PortMapping?)null)));
    }

    [Test]
    public void A_mapping_is_lost_when_its_time_has_passed_without_an_answer_and_asked_for_again_at_once()
    {
        ScriptedMapper mapper = Begun(PortMappingProtocols.Pcp);
        mapper.Hear(Map(lifetime: 600, epoch: 1), MappingSamples.Pcp);
        mapper.Pass(599);
        Assert.That(mapper.Mapper.Mapping, Is.Not.Null);
        mapper.Pass(1);
        Assert.That(mapper.Events(), Is.EqualTo(new[] { MappingEventKind.Mapped, MappingEventKind.Lost }));
        Assert.That(mapper.Outcome, Is.EqualTo(PortMappingOutcome.Asking));
    }

    [Test]
    public void To_give_a_mapping_back_is_to_ask_for_no_time()
    {
        ScriptedMapper mapper = Begun(PortMappingProtocols.Pcp);
        mapper.Hear(MappingSamples.PcpMapped, MappingSamples.Pcp);
        mapper.Release();
        Assert.That(BinaryPrimitives.ReadUInt32BigEndian(mapper.Sent[^1].Bytes.AsSpan(4)), Is.Zero);
        Assert.That(mapper.Mapper.IsReleased, Is.False);
        mapper.Hear(Map(lifetime: 0, epoch: 3), MappingSamples.Pcp);
        Assert.That(mapper.Mapper.IsReleased);
        Assert.That(mapper.Mapper.NextTimeout, Is.Null);
    }

    [Test]
    public void NAT_PMP_waits_for_PCP_no_longer_than_one_loss_takes()
    {
        ScriptedMapper mapper = Begun(PortMappingProtocols.Pcp | PortMappingProtocols.NatPmp);
        mapper.Hear(MappingSamples.NatPmpAddress, MappingSamples.Pcp);
        Assert.That(mapper[PortMappingProtocols.NatPmp].Outcome, Is.EqualTo(PortMappingOutcome.Available));
        mapper.Pass(0.6);
        Assert.That(mapper[PortMappingProtocols.NatPmp].Outcome, Is.EqualTo(PortMappingOutcome.Claiming));
        mapper.Hear(MappingSamples.NatPmpMapped, MappingSamples.Pcp);
        Assert.That(mapper.Mapper.Mapping, Is.Not.Null);
    }

    [Test]
    public void A_router_that_says_no_to_all_is_asked_again_after_two_minutes_then_four()
    {
        ScriptedMapper mapper = Begun(PortMappingProtocols.Pcp);
        byte[] refused = Map(30, 1);
        refused[3] = (byte)PcpResult.NotAuthorized;
        foreach (int wait in (int[])[120, 240, 480, 960, 1920, 1920])
        {
            int before = mapper.Sent.Count;
            mapper.Hear(refused, MappingSamples.Pcp);
            mapper.Pass(wait - 1);
            Assert.That(mapper.Sent, Has.Count.EqualTo(before));
            mapper.Pass(1);
            Assert.That(mapper.Sent, Has.Count.EqualTo(before + 1), $"after {wait} s");
        }
    }

    private static ScriptedMapper Begun(PortMappingProtocols allowed)
    {
        ScriptedMapper mapper = new(allowed);
        mapper.Begin();
        return mapper;
    }

    private static byte[] Map(uint lifetime, uint epoch)
    {
        byte[] bytes = [.. MappingSamples.PcpMapped];
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), lifetime);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), epoch);
        return bytes;
    }

    private static byte[] MapV6(string external, byte result = 0)
    {
        byte[] bytes = Map(600, 1);
        bytes[3] = result;
        IPAddress.Parse(external).GetAddressBytes().CopyTo(bytes, 44);
        return bytes;
    }
}
