using System.Net;
using Ants.Crypto;
using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Handshake;
using Ants.Protocol.Paths;
using Ants.Protocol.Sessions;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Handshake;

public class IdentityNoticeTests
{
    private static readonly CarrierAddress s_there = CarrierAddress.Udp(new IPEndPoint(IPAddress.Parse("203.0.113.1"), 443));

    private readonly AgentIdentity _caller = Identity(1), _called = Identity(2), _other = Identity(3);

    [Test]
    public void The_bytes_are_these_and_are_read_back()
    {
        byte[] notice = new byte[IdentityNotice.Length];
        IdentityNotice.Write(notice, 0x0102030405060708, _other.Id);
        Assert.That(Convert.ToHexStringLower(notice.AsSpan(0, 10)), Is.EqualTo("d0010102030405060708"));
        Assert.That(IdentityNotice.TryRead(notice, out ulong exchange, out AgentId id));
        Assert.That((exchange, id), Is.EqualTo((0x0102030405060708UL, _other.Id)));
        Assert.That(IdentityNotice.TryRead([.. notice, 0], out _, out _), Is.False);
        Assert.That(IdentityNotice.TryRead(notice.AsSpan(1), out _, out _), Is.False);
        notice[1] = 2;
        Assert.That(IdentityNotice.TryRead(notice, out _, out _), Is.False);
    }

    [Test]
    public void Only_who_announces_answers_and_with_less_than_came()
    {
        Assert.That(Answer(Ask(out _, out _), announces: false), Is.Empty);
        byte[] question = Ask(out _, out _);
        byte[] answer = Answer(question, announces: true);
        Assert.That(answer, Has.Length.EqualTo(IdentityNotice.Length).And.Length.LessThan(question.Length));
    }

    [Test]
    public void A_notice_is_a_hint_from_where_the_call_went_and_ends_nothing()
    {
        byte[] question = Ask(out Endpoint caller, out Session session);
        byte[] answer = Answer(question, announces: true);
        CarrierAddress elsewhere = CarrierAddress.Udp(new IPEndPoint(IPAddress.Parse("203.0.113.9"), 443));
        caller.HandleDatagram(default, elsewhere, answer);
        Assert.That(caller.FindImpostor(session), Is.Null);
        caller.HandleDatagram(default, s_there, answer);
        Assert.That(caller.FindImpostor(session), Is.EqualTo(_other.Id));
        Assert.That(session.State, Is.EqualTo(SessionState.Connecting));
    }

    private static AgentIdentity Identity(byte seed)
    {
        byte[] bytes = new byte[AgentIdentity.SeedSize];
        bytes[0] = seed;
        return AgentIdentity.FromSeed(bytes);
    }

    private byte[] Ask(out Endpoint caller, out Session session)
    {
        caller = new Endpoint(_caller, EntropySource.System);
        session = caller.Connect(_called.Id, TimeSpan.FromDays(20_000), new SessionOptions());
        caller.AddVia(default, session, s_there);
        byte[] buffer = new byte[PacketSize.MaxDatagram];
        Assert.That(caller.TryPollTransmit(default, buffer, out _, out int length));
        return buffer[..length];
    }

    private byte[] Answer(byte[] question, bool announces)
    {
        Endpoint called = new(_other, EntropySource.System, announces);
        called.HandleDatagram(default, s_there, question);
        byte[] buffer = new byte[PacketSize.MaxDatagram];
        return called.TryPollTransmit(default, buffer, out _, out int length) ? buffer[..length] : [];
    }
}
