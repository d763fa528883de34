using System.Net;
using Ants.Nat;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat.Pairing;

/// <summary>A candidate's kind and NAT in one byte.</summary>
public sealed class CandidateCodeTests
{
    private static readonly IPEndPoint s_where = IPEndPoint.Parse("203.0.113.7:41641");

    [TestCase(CandidateKind.Host, MappingBehaviour.Unknown, FilteringBehaviour.Unknown, ExpectedResult = 0x00)]
    [TestCase(CandidateKind.ServerReflexive, MappingBehaviour.EndpointIndependent, FilteringBehaviour.EndpointIndependent, ExpectedResult = 0x51)]
    [TestCase(CandidateKind.ServerReflexive, MappingBehaviour.AddressAndPortDependent, FilteringBehaviour.AddressAndPortDependent, ExpectedResult = 0xF1)]
    [TestCase(CandidateKind.Host, MappingBehaviour.NoNat, FilteringBehaviour.AddressDependent, ExpectedResult = 0x90)]
    [TestCase(CandidateKind.Mapped, MappingBehaviour.AddressDependent, FilteringBehaviour.Unknown, ExpectedResult = 0x23)]
    public int A_candidate_has_this_byte(CandidateKind kind, MappingBehaviour mapping, FilteringBehaviour filtering) =>
        CandidateCode.Encode(new Candidate(kind, s_where) { Mapping = mapping, Filtering = filtering });

    [Test]
    public void Every_byte_is_read_or_passed_over_and_what_is_read_is_written_again() => Gen.Byte.Sample(code =>
    {
        Candidate? read = CandidateCode.Decode(code, s_where);
        Assert.That(read is null, Is.EqualTo((code & 0x0F) > (int)CandidateKind.Advertised));
        Assert.That(read is null ? code : CandidateCode.Encode(read), Is.EqualTo(code));
    });
}
