using System.Buffers;
using System.Runtime.CompilerServices;
using Ants.Bench.Micro.Worlds;
using Ants.Protocol;
using Ants.Protocol.Endpoints;
using Ants.Protocol.Sessions;
using Ants.Protocol.Streams;

namespace Ants.Bench.Micro.Memory;

/// <summary>What the protocol holds, without runtime, sockets and threads, on virtual time.</summary>
internal static class ProtocolMemory
{
    // A sip of traffic both ways: a few round trips of full packets, so that every list and pool has been in use.
    private const int SessionTraffic = 256 * 1024;
    private const int StreamTraffic = 16 * 1024;

    // Past every probe timeout, retransmission and the search for larger packets, and three keepalives.
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(90);

    /// <summary>
    /// The growth of one endpoint by sessions with as many peers, each after traffic both ways and <see cref="s_idle"/> of nothing but keepalives. The
    /// peers, their ends of the sessions included, are gone when it is measured.
    /// </summary>
    public static Task<Heap> SessionsAsync(int count)
    {
        (Endpoint hub, Heap before) = Populate(count);
        Heap growth = Heap.Measure() - before;
        Require(hub.SessionCount == count + 1, $"{hub.SessionCount} sessions");
        Census.Print(SessionOf(hub, 1), typeof(Endpoint));
        return Task.FromResult(growth);
    }

    /// <summary>The growth of one end of a session by streams that are open both ways, each after traffic both ways and <see cref="s_idle"/>; half of what both ends grow by.</summary>
    public static Task<Heap> StreamsAsync(int count)
    {
        Duo duo = Duo.Established(new SessionOptions { Parameters = new TransportParameters { InitialMaxStreams = (ulong)count + 1 } });
        Use(duo, 1);
        duo.Pass(s_idle);
        Heap before = Heap.Measure();
        Use(duo, count);
        duo.Pass(s_idle);
        Heap growth = Heap.Measure() - before;
        Require(duo.Left.Session.Streams.Count == count + 1 && duo.Right.Session.Streams.Count == count + 1, $"{duo.Left.Session.Streams.Count} streams");
        duo.Left.Session.Streams.TryGet(StreamId.At(1, duo.Left.Endpoint.Id < duo.Right.Endpoint.Id), out StreamState? stream);
        Census.Print(stream!, typeof(Session));
        GC.KeepAlive(duo);
        return Task.FromResult(new Heap(growth.Managed / 2, growth.Resident / 2));
    }

    // Not inlined, so that nothing of the peers is left on the caller's stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (Endpoint Hub, Heap Before) Populate(int count)
    {
        byte[] bytes = new byte[SessionTraffic];
        Star star = new();
        star.Add(count + 1, bytes);
        Heap before = Heap.Measure();
        for (int i = 1; i <= count; i++)
        {
            star.Add(i, bytes);
        }

        star.Pass(s_idle);
        return (star.Hub.Endpoint, before);
    }

    private static void Use(Duo duo, int count)
    {
        ReadOnlySequence<byte> bytes = new(new byte[StreamTraffic]);
        for (int i = 0; i < count; i++)
        {
            ulong id = duo.Left.OpenStream();
            duo.Left.Session.Streams.SetBuffer(id, 0, bytes, completed: false);
            duo.Left.Endpoint.Wake(duo.Left.Session);
            duo.Settle();
            duo.Right.Session.Streams.SetBuffer(id, 0, bytes, completed: false);
            duo.Right.Endpoint.Wake(duo.Right.Session);
            duo.Left.Session.Streams.Attach(id, duo.Left.Sink);
            duo.Pass(TimeSpan.FromSeconds(1));

            // Acknowledged: the application's memory is given back.
            duo.Left.Session.Streams.SetBuffer(id, StreamTraffic, default, completed: false);
            duo.Right.Session.Streams.SetBuffer(id, StreamTraffic, default, completed: false);
        }
    }

    private static Session SessionOf(Endpoint hub, int number) =>
        hub.TryGetSession(Identities.At(number).Id, out Session? session) ? session : throw new InvalidOperationException("The session is gone.");

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"There are {what}.");
        }
    }
}
