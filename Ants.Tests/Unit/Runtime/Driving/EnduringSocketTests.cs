using System.Net;
using Ants.Driving;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime.Driving;

public sealed class EnduringSocketTests
{
    [Test]
    public void What_the_system_granted_of_the_buffers_is_said_once_for_a_socket()
    {
        Notes notes = new();
        using IDatagramSocket bound = AntsNetwork.System.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using EnduringSocket socket = new(AntsNetwork.System, bound, notes);
        SocketBuffers buffers = socket.Buffers!.Value;
        Assert.That(buffers.Asked, Is.GreaterThan(1_000_000));
        Assert.That(buffers.Receive, Is.InRange(1, buffers.Asked), "what it can use, not the double that Linux tells");
        Assert.That(buffers.Send, Is.InRange(1, buffers.Asked));
        Assert.That(notes.Said, Is.EqualTo(new[]
        {
            $"Information: Bound {bound.LocalEndPoint}: asked for buffers of {buffers.Asked} bytes, was granted {buffers.Receive} to receive and {buffers.Send} to send",
        }));
    }
}
