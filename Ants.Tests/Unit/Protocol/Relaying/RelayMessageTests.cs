using Ants.Protocol.Relaying;
using Ants.Protocol.Wire;
using Ants.Tests.Unit.Crypto;
using CsCheck;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Relaying;

public sealed class RelayMessageTests
{
    private static readonly AgentId Bob = Crypto.Agents.Bob().Id;
    private static readonly ConnectionId s_inner = new(0x0102030405060708), s_issued = new(0x1112131415161718);
    private static readonly string BobHex = Convert.ToHexStringLower(Bob.ToByteArray());

    [Test]
    public void The_forms_are_these_bytes()
    {
        byte[] packet = [0x40, 0xAA];
        Assert.Multiple(() =>
        {
            Assert.That(Hex(RelayMessage.Named(5, Bob, packet)), Is.EqualTo("0005" + BobHex + "40aa"));
            Assert.That(Hex(RelayMessage.Aliased(4096 + 5, packet)), Is.EqualTo("015005" + "40aa"));
            Assert.That(Hex(RelayMessage.Bound(5)), Is.EqualTo("0205"));
            Assert.That(Hex(RelayMessage.Unbound(RelayMessage.MaxAlias)), Is.EqualTo("03bfffffff"));
            Assert.That(Hex(RelayMessage.Unreachable(Bob)), Is.EqualTo("04" + BobHex));
            Assert.That(Hex(RelayMessage.Reachable(Bob)), Is.EqualTo("05" + BobHex));
            Assert.That(Hex(RelayMessage.Forward(Bob, s_inner)), Is.EqualTo("06" + BobHex + "0102030405060708"));
            Assert.That(Hex(RelayMessage.Forwarded(Bob, s_inner, s_issued, 1472)), Is.EqualTo("07" + BobHex + "0102030405060708" + "1112131415161718" + "45c0"));
            Assert.That(Hex(RelayMessage.TooBig(Bob, 1117)), Is.EqualTo("08" + BobHex + "445d"));
        });
    }

    [Test]
    public void What_is_written_is_read()
    {
        Gen.Select(Gen.Int[0, 8], Gen.ULong[0, RelayMessage.MaxAlias], Gen.Byte.Array[1, 1200]).Sample((type, alias, packet) =>
        {
            byte[] bytes = Bytes(Make((RelayMessageType)type, alias, packet));
            Assert.That(RelayMessage.TryRead(bytes, out RelayMessage read));
            Assert.That(Bytes(read), Is.EqualTo(bytes));
            Assert.That(read.Type, Is.EqualTo((RelayMessageType)type));
            Assert.That(read.Length, Is.EqualTo(bytes.Length));
            Assert.That(read.HasPacket, Is.EqualTo(!read.Packet.IsEmpty));
        });
    }

    [Test]
    public void Nothing_that_arrives_throws_and_what_is_read_is_written_the_same_or_shorter()
    {
        Gen.Byte.Array[0, 60].Sample(bytes =>
        {
            if (RelayMessage.TryRead(bytes, out RelayMessage message))
            {
                // Shorter, when the sender wrote an alias in more bytes than it needs.
                Assert.That(message.Length, Is.LessThanOrEqualTo(bytes.Length));
            }
        });
    }

    [TestCase("", TestName = "Nothing is refused")]
    [TestCase("09", TestName = "An unknown type is refused")]
    [TestCase("00", TestName = "A missing alias is refused")]
    [TestCase("0005aabb", TestName = "A cut id is refused")]
    [TestCase("0105", TestName = "An empty packet is refused")]
    [TestCase("01c00000004000000040", TestName = "An alias beyond 30 bits is refused")]
    [TestCase("080102", TestName = "A cut TOO_BIG is refused")]
    [TestCase("020500", TestName = "Bytes behind BOUND are refused")]
    public void What_is_not_a_message_is_refused(string hex)
    {
        Assert.That(RelayMessage.TryRead(Convert.FromHexString(hex), out _), Is.False);
    }

    [Test]
    public void A_missing_id_and_an_id_of_zeros_are_refused()
    {
        Assert.That(RelayMessage.TryRead(Convert.FromHexString("04" + BobHex[..62]), out _), Is.False);
        Assert.That(RelayMessage.TryRead(Convert.FromHexString("04" + BobHex + "00"), out _), Is.False);
        Assert.That(RelayMessage.TryRead(new byte[33], out _), Is.False);
        Assert.That(RelayMessage.TryRead([0x04, .. new byte[32]], out _), Is.False);
    }

    [Test]
    public void The_longest_packet_fits_with_the_longest_name()
    {
        byte[] packet = new byte[RelayMessage.MaxPacket(1170)];
        Assert.That(RelayMessage.Named(RelayMessage.MaxAlias, Bob, packet).Length, Is.EqualTo(1170));
        Assert.That(packet, Has.Length.GreaterThanOrEqualTo(Ants.Protocol.Paths.PacketSize.Relayed));
        Assert.That(RelayMessage.MaxPacket(0), Is.Zero);
    }

    private static RelayMessage Make(RelayMessageType type, ulong alias, byte[] packet) => type switch
    {
        RelayMessageType.Named => RelayMessage.Named(alias, Bob, packet),
        RelayMessageType.Aliased => RelayMessage.Aliased(alias, packet),
        RelayMessageType.Bound => RelayMessage.Bound(alias),
        RelayMessageType.Unbound => RelayMessage.Unbound(alias),
        RelayMessageType.Unreachable => RelayMessage.Unreachable(Bob),
        RelayMessageType.Reachable => RelayMessage.Reachable(Bob),
        RelayMessageType.Forward => RelayMessage.Forward(Bob, new ConnectionId(alias)),
        RelayMessageType.Forwarded => RelayMessage.Forwarded(Bob, new ConnectionId(alias), new ConnectionId(~alias), (int)alias),
        _ => RelayMessage.TooBig(Bob, (int)alias),
    };

    private static byte[] Bytes(in RelayMessage message)
    {
        byte[] bytes = new byte[message.Length];
        Assert.That(message.Write(bytes), Is.EqualTo(bytes.Length));
        return bytes;
    }

    private static string Hex(in RelayMessage message) => Convert.ToHexStringLower(Bytes(message));
}
