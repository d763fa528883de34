using System.Buffers.Binary;
using Ants.Sockets;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime;

/// <summary>Messages as Linux sends them on a little-endian machine, cut to what is read.</summary>
public class RouteMessagesTests
{
    private const byte NewLink = 16, NewAddress = 20, DelAddress = 21, NewRoute = 24;
    private const byte ScopeGlobal = 0, ScopeLink = 253;

    private readonly RouteMessages _messages = new();

    [Test]
    public void An_address_matters_when_it_comes_and_when_it_goes_and_not_when_it_is_renewed()
    {
        Assert.Multiple(() =>
        {
            Assert.That(_messages.Matter(Address(NewAddress, ScopeGlobal, 10)), Is.True, "comes");
            Assert.That(_messages.Matter(Address(NewAddress, ScopeGlobal, 10)), Is.False, "renewed");
            Assert.That(_messages.Matter(Address(NewAddress, ScopeGlobal, 11)), Is.True, "another");
            Assert.That(_messages.Matter(Address(DelAddress, ScopeGlobal, 10)), Is.True, "goes");
            Assert.That(_messages.Matter(Address(NewAddress, ScopeGlobal, 10)), Is.True, "comes again");
            Assert.That(_messages.Matter(Address(NewAddress, ScopeLink, 12)), Is.False, "link-local");
        });
    }

    [TestCase(0, 254, true)]
    [TestCase(24, 254, false)]
    [TestCase(0, 255, false)]
    public void Of_routes_the_default_one_of_the_main_table_matters(int prefix, int table, bool matters)
    {
        byte[] route = [2, (byte)prefix, 0, 0, (byte)table, 0, 0, 0, 0, 0, 0, 0];
        Assert.That(_messages.Matter(Message(NewRoute, route)), Is.EqualTo(matters));
    }

    [Test]
    public void A_link_matters_when_it_begins_or_ceases_to_work()
    {
        Assert.Multiple(() =>
        {
            Assert.That(_messages.Matter(Link(0x1 | 0x40)), Is.True, "not seen before");
            Assert.That(_messages.Matter(Link(0x1 | 0x40 | 0x1000)), Is.False, "another flag");
            Assert.That(_messages.Matter(Link(0x1)), Is.True, "no cable");
        });
    }

    [Test]
    public void Several_messages_in_one_read_are_all_seen_and_garbage_is_none()
    {
        Assert.Multiple(() =>
        {
            Assert.That(_messages.Matter([.. Address(NewAddress, ScopeLink, 1), .. Address(NewAddress, ScopeGlobal, 1)]), Is.True);
            Assert.That(_messages.Matter([]), Is.False);
            Assert.That(_messages.Matter(new byte[64]), Is.False);
            Assert.That(_messages.Matter(Message(NewAddress, [2])), Is.False);
            Assert.That(_messages.Matter(Address(NewAddress, ScopeGlobal, 2).AsSpan(0, 20)), Is.False, "cut off");
        });
    }

    private static byte[] Address(byte type, byte scope, byte last) =>
        Message(type, [2, 24, 0, scope, 3, 0, 0, 0, 8, 0, 1, 0, 10, 0, 0, last]);

    private static byte[] Link(int flags)
    {
        byte[] body = new byte[16];
        body[4] = 3;
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(8), flags);
        return Message(NewLink, body);
    }

    private static byte[] Message(byte type, byte[] body)
    {
        byte[] message = new byte[16 + body.Length];
        message[0] = (byte)message.Length;
        message[4] = type;
        body.CopyTo(message, 16);
        return message;
    }
}
