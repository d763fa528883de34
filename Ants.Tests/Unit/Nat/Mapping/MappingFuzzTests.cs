using System.Net;
using Ants.Nat;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

/// <summary>No bytes from a router, or from who plays one, make anything throw, or be believed that cannot be.</summary>
public sealed class MappingFuzzTests
{
    private const int Cases = 100_000, Documents = 20_000;

    private static readonly byte[][] s_datagrams =
    [
        MappingSamples.PcpMapped, MappingSamples.PcpAnnounce, MappingSamples.NatPmpAddress, MappingSamples.NatPmpMapped, MappingSamples.SsdpFound,
    ];

    private static readonly byte[][] s_documents =
    [
        Http(MappingSamples.Description), Http(MappingSamples.Soap("<NewExternalIPAddress>11.0.113.100</NewExternalIPAddress><NewReservedPort>7</NewReservedPort>")),
        Http(MappingSamples.Fault(725)), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n<root><a>b</a></\r\n5\r\nroot>\r\n0\r\n\r\n"u8.ToArray(),
    ];

    // What HTTP and XML are made of: far likelier to lead somewhere than any byte.
    private static readonly byte[] s_syntax = "<>/&;:!?=\"'[]\r\n 0x"u8.ToArray();

    private static readonly Gen<byte> s_genSyntax = Gen.Int[0, s_syntax.Length - 1].Select(index => s_syntax[index]);

    private static Gen<byte[]> Mutated(byte[][] samples) => Gen.Select(
        Gen.Int[0, samples.Length - 1].Select(index => samples[index]),
        Gen.Select(Gen.Int[0, 3500], Gen.OneOf(Gen.Byte, s_genSyntax)).Array[1, 8],
        Gen.Int[0, 80],
        Mutate);

    [Test]
    public void Random_datagrams_are_nothing() => Gen.Byte.Array[0, 90].Sample(Hear, iter: Cases);

    [Test]
    public void Mutated_datagrams_do_no_harm() => Mutated(s_datagrams).Sample(Hear, iter: Cases);

    [Test]
    public void Mutated_answers_by_HTTP_do_no_harm() => Gen.Select(Mutated(s_documents), Gen.Int[1, 400]).Sample(Read, iter: Documents);

    private static void Hear(byte[] datagram)
    {
        ScriptedMapper mapper = new(PortMappingProtocols.All);
        mapper.Begin();
        mapper.Hear(datagram, MappingSamples.Pcp);
        mapper.Hear(datagram, MappingSamples.Ssdp);
        Check(mapper);
        mapper.Hear(MappingSamples.PcpMapped, MappingSamples.Pcp);
        mapper.Pass(400);
        mapper.Hear(datagram, MappingSamples.Pcp);
        Check(mapper);
        mapper.Release();
        mapper.Hear(datagram, MappingSamples.Pcp);
        mapper.Pass(300);
        if (!mapper.Mapper.IsReleased)
        {
            throw new InvalidOperationException("It does not end.");
        }
    }

    private static void Read(byte[] bytes, int step)
    {
        HttpAnswerReader reader = new();
        bool isOver = false;
        for (int at = 0; at < bytes.Length && !isOver;)
        {
            int length = Math.Min(Math.Min(step, bytes.Length - at), reader.Free.Length);
            bytes.AsMemory(at, length).CopyTo(reader.Free);
            at += length;
            isOver = reader.Advance(length);
        }

        HttpAnswer? answer = reader.Finish();
        ScriptedMapper mapper = new(PortMappingProtocols.Upnp) { Http = _ => answer };
        mapper.Begin();
        mapper.Hear(MappingSamples.SsdpFound, MappingSamples.Ssdp);
        mapper.Pass(10);
        mapper.Http = request => request.StartsWith("GET", StringComparison.Ordinal) ? MappingSamples.Answer(MappingSamples.Description) : answer;
        mapper.Pass(200);
        mapper.Hear(MappingSamples.SsdpFound, MappingSamples.Ssdp);
        mapper.Pass(10);
        Check(mapper);
        if (mapper.Calls.Count > 100)
        {
            throw new InvalidOperationException($"{mapper.Calls.Count} requests were made.");
        }
    }

    private static void Check(ScriptedMapper mapper)
    {
        if (mapper.Mapper.Mapping is { } mapping && (mapping.External.Port == 0 || AddressScopes.Of(mapping.External.Address) == AddressScope.None))
        {
            throw new InvalidOperationException($"{mapping} was believed.");
        }

        if (mapper.Sent.Exists(sent => sent.To.Address.ToString() is not ("10.1.0.1" or "239.255.255.250")))
        {
            throw new InvalidOperationException("Something was sent elsewhere.");
        }
    }

    private static byte[] Http(string body) => [.. System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n"), .. System.Text.Encoding.ASCII.GetBytes(body)];

    private static byte[] Mutate(byte[] sample, (int At, byte Value)[] changes, int cut)
    {
        byte[] result = sample[..Math.Max(0, sample.Length - (cut > 40 ? 0 : cut))];
        foreach ((int at, byte value) in changes)
        {
            if (result.Length > 0)
            {
                result[at % result.Length] = value;
            }
        }

        return result;
    }
}
