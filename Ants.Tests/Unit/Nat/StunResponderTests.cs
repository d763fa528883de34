using System.Net;
using Ants.Nat;
using Ants.Tests.Vectors;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Nat;

public sealed class StunResponderTests
{
    private static readonly StunTransactionId Id = new("abcdefghijkl"u8);
    private static readonly IPEndPoint SourceV4 = IPEndPoint.Parse("198.51.100.7:40000");
    private static readonly IPEndPoint SourceV6 = IPEndPoint.Parse("[2001:db8::7]:40000");

    [Test]
    public void A_bare_request_gets_its_source_back_in_these_bytes()
    {
        byte[] answer = Respond(Request(), SourceV4);
        Assert.That(
            Convert.ToHexStringLower(answer),
            Is.EqualTo("0101000c2112a4426162636465666768696a6b6c" + "00200008" + "0001bd52e721c045"));
    }

    [TestCase("198.51.100.7:40000")]
    [TestCase("[2001:db8::7]:40000")]
    public void A_request_with_fingerprint_gets_an_answer_with_one(string source)
    {
        byte[] buffer = new byte[100];
        StunWriter writer = new(buffer, StunClass.Request, StunMethod.Binding, Id);
        writer.AddFingerprint();
        Assert.That(writer.TryFinish(out int written));

        byte[] answer = Respond(buffer[..written], IPEndPoint.Parse(source));

        Assert.That(StunMessage.TryRead(answer, out StunMessage message));
        Assert.That(message.HasFingerprint);
        Assert.That(message.TransactionId, Is.EqualTo(Id));
        Assert.That(message.TryGetMappedAddress(out IPEndPoint? mapped));
        Assert.That(mapped, Is.EqualTo(IPEndPoint.Parse(source)));
    }

    [Test]
    public void An_IPv4_mapped_source_is_told_as_IPv4()
    {
        byte[] answer = Respond(Request(), IPEndPoint.Parse("[::ffff:198.51.100.7]:40000"));
        Assert.That(answer, Is.EqualTo(Respond(Request(), SourceV4)));
    }

    [Test]
    public void Attributes_that_must_be_understood_and_are_not_get_420_with_their_numbers()
    {
        byte[] answer = Respond(Rfc5769Vectors.Request, SourceV4);

        Assert.That(StunMessage.TryRead(answer, out StunMessage message));
        Assert.That(message.Class, Is.EqualTo(StunClass.ErrorResponse));
        Assert.That(message.TryGetErrorCode(out int code, out _));
        Assert.That(code, Is.EqualTo(420));
        Span<ushort> unknown = stackalloc ushort[4];
        Assert.That(unknown[..message.CopyUnknownAttributes(unknown)].ToArray(), Is.EqualTo(new ushort[] { 0x0024 }));
        Assert.That(message.HasFingerprint);
    }

    [TestCase(true, TestName = "CHANGE-REQUEST gets 420 from a server that cannot redirect")]
    [TestCase(false, TestName = "RESPONSE-PORT gets 420 from a server that cannot redirect")]
    public void A_request_to_redirect_the_answer_is_refused(bool change)
    {
        byte[] buffer = new byte[100];
        StunWriter writer = new(buffer, StunClass.Request, StunMethod.Binding, Id);
        if (change)
        {
            writer.AddChangeRequest(changeAddress: true, changePort: true);
        }
        else
        {
            writer.AddResponsePort(53);
        }

        Assert.That(writer.TryFinish(out int written));
        Assert.That(StunMessage.TryRead(Respond(buffer[..written], SourceV4), out StunMessage message));
        Assert.That(message.Class, Is.EqualTo(StunClass.ErrorResponse));
    }

    [Test]
    public void A_server_with_another_port_tells_it_in_these_bytes()
    {
        byte[] answer = Respond(Request(), SourceV4, new StunAnswering(OtherPort: 444, CanRedirect: true), out StunRoute route);
        Assert.That(
            Convert.ToHexStringLower(answer),
            Is.EqualTo("010100142112a4426162636465666768696a6b6c" + "00200008" + "0001bd52e721c045" + "ca270002" + "01bc0000"));
        Assert.That(route, Is.EqualTo(new StunRoute(SourceV4, FromOtherPort: false)));
    }

    [Test]
    public void The_other_port_is_left_out_where_the_answer_would_be_too_long()
    {
        byte[] answer = Respond(Request(), SourceV6, new StunAnswering(OtherPort: 444, CanRedirect: true), out _);
        Assert.That(answer, Is.EqualTo(Respond(Request(), SourceV6)));
    }

    [TestCase(false, false, 444, false)]
    [TestCase(false, true, 444, true)]
    [TestCase(false, true, 0, null)]
    [TestCase(true, false, 444, null)]
    [TestCase(true, true, 444, null)]
    public void CHANGE_REQUEST_is_answered_as_far_as_one_address_goes(bool changeAddress, bool changePort, int otherPort, bool? fromOtherPort)
    {
        byte[] request = Request((ref StunWriter writer) => writer.AddChangeRequest(changeAddress, changePort));
        byte[] answer = Respond(request, SourceV4, new StunAnswering(otherPort, CanRedirect: true), out StunRoute route);

        Assert.That(StunMessage.TryRead(answer, out StunMessage message));
        Assert.That(message.Class, Is.EqualTo(fromOtherPort is null ? StunClass.ErrorResponse : StunClass.SuccessResponse));
        Assert.That(route, Is.EqualTo(new StunRoute(SourceV4, fromOtherPort ?? false)));
        if (fromOtherPort is null)
        {
            Span<ushort> unknown = stackalloc ushort[4];
            Assert.That(unknown[..message.CopyUnknownAttributes(unknown)].ToArray(), Is.EqualTo(new ushort[] { 0x0003 }));
        }
    }

    [Test]
    public void RESPONSE_PORT_has_the_answer_go_to_another_port_of_the_same_address_and_tell_the_source()
    {
        byte[] request = Request((ref StunWriter writer) => writer.AddResponsePort(53));
        byte[] answer = Respond(request, SourceV4, new StunAnswering(OtherPort: 0, CanRedirect: true), out StunRoute route);

        Assert.That(route, Is.EqualTo(new StunRoute(new IPEndPoint(SourceV4.Address, 53), FromOtherPort: false)));
        Assert.That(StunMessage.TryRead(answer, out StunMessage message));
        Assert.That(message.TryGetMappedAddress(out IPEndPoint? mapped));
        Assert.That(mapped, Is.EqualTo(SourceV4));
    }

    [Test]
    public void RESPONSE_PORT_zero_is_dropped_and_requests_that_cannot_be_read_are_refused()
    {
        StunAnswering answering = new(OtherPort: 444, CanRedirect: true);
        byte[] zero = Request((ref StunWriter writer) => writer.AddResponsePort(0));
        Assert.That(StunResponder.TryRespond(zero, SourceV4, answering, new byte[200], out _, out _), Is.False);
        foreach (StunAttributeType type in (StunAttributeType[])[StunAttributeType.ChangeRequest, StunAttributeType.ResponsePort])
        {
            byte[] odd = Request((ref StunWriter writer) => writer.Add(type, [1, 2, 3]));
            Assert.That(StunMessage.TryRead(Respond(odd, SourceV4, answering, out StunRoute route), out StunMessage message));
            Assert.That((message.Class, route.FromOtherPort), Is.EqualTo((StunClass.ErrorResponse, false)));
        }
    }

    [Test]
    public void The_answer_to_the_smallest_request_is_at_most_50_bytes()
    {
        Assert.That(Request(), Has.Length.EqualTo(20));
        Assert.That(Respond(Request(), SourceV4), Has.Length.EqualTo(32));
        Assert.That(Respond(Request(), SourceV6), Has.Length.EqualTo(44));
    }

    [Test]
    public void No_request_is_amplified_beyond_two_and_a_half_whatever_attributes_it_has()
    {
        Gen<(ushort Type, byte[] Value)> genAttribute = Gen.Select(
            Gen.OneOf(Gen.UShort[0, 0x40], Gen.UShort), Gen.Byte.Array[0, 8], (type, value) => (type, value));
        Gen.Select(genAttribute.Array[0, 40], Gen.Bool, Gen.Bool, Gen.Bool).Sample(
            (attributes, fingerprint, overV6, redirects) =>
            {
                byte[] request = new byte[1000];
                StunWriter writer = new(request, StunClass.Request, StunMethod.Binding, Id);
                foreach ((ushort type, byte[] value) in attributes)
                {
                    writer.Add((StunAttributeType)type, value);
                }

                if (fingerprint)
                {
                    writer.AddFingerprint();
                }

                bool complete = writer.TryFinish(out int length);
                byte[] response = new byte[StunResponder.MostResponseLength];
                IPEndPoint source = overV6 ? SourceV6 : SourceV4;
                bool answered = StunResponder.TryRespond(
                    request.AsSpan(0, length), source, new StunAnswering(redirects ? 444 : 0, redirects), response, out int written, out StunRoute route);

                // The numbers include FINGERPRINT itself; a request that carries it twice or early is malformed. An answer to port 0 goes nowhere.
                bool wellFormed = attributes.All(attribute => attribute.Type != (ushort)StunAttributeType.Fingerprint) && route.To.Port != 0;
                return complete && (answered || !wellFormed) && written * 2 <= length * 5 && route.To.Address.Equals(source.Address);
            },
            iter: 20_000);
    }

    [TestCase(StunClass.Indication, 1)]
    [TestCase(StunClass.SuccessResponse, 1)]
    [TestCase(StunClass.ErrorResponse, 1)]
    [TestCase(StunClass.Request, 3)]
    public void Anything_but_a_binding_request_is_dropped_so_that_two_servers_cannot_be_set_on_each_other(
        StunClass messageClass, int method)
    {
        byte[] buffer = new byte[20];
        StunWriter writer = new(buffer, messageClass, (StunMethod)method, Id);
        Assert.That(writer.TryFinish(out _));
        Assert.That(StunResponder.TryRespond(buffer, SourceV4, new byte[200], out int written), Is.False);
        Assert.That(written, Is.Zero);
    }

    [TestCase("198.51.100.7:0")]
    [TestCase("0.0.0.0:9")]
    [TestCase("255.255.255.255:9")]
    [TestCase("224.0.0.1:9")]
    [TestCase("[ff02::1]:9")]
    public void A_source_that_cannot_be_answered_is_dropped(string source) =>
        Assert.That(StunResponder.TryRespond(Request(), IPEndPoint.Parse(source), new byte[200], out _), Is.False);

    [Test]
    public void A_response_buffer_too_small_is_no_answer()
    {
        Assert.That(StunResponder.TryRespond(Request(), SourceV4, new byte[31], out int written), Is.False);
        Assert.That(written, Is.Zero);
    }

    private delegate void Writing(ref StunWriter writer);

    private static byte[] Request(Writing? write = null)
    {
        byte[] buffer = new byte[40];
        StunWriter writer = new(buffer, StunClass.Request, StunMethod.Binding, Id);
        write?.Invoke(ref writer);
        Assert.That(writer.TryFinish(out int written));
        return buffer[..written];
    }

    private static byte[] Respond(byte[] request, IPEndPoint source) =>
        Respond(request, source, new StunAnswering(OtherPort: 0, CanRedirect: false), out _);

    private static byte[] Respond(byte[] request, IPEndPoint source, StunAnswering answering, out StunRoute route)
    {
        byte[] response = new byte[StunResponder.MostResponseLength];
        Assert.That(StunResponder.TryRespond(request, source, answering, response, out int written, out route));
        return response[..written];
    }
}
