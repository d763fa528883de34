using System.Buffers;
using System.Net;
using Ants.Crypto;
using Ants.Protocol;
using Ants.Protocol.Sessions;

namespace Ants.Bench.Micro.Worlds;

/// <summary>Two endpoints joined by a wire that takes no time and loses nothing, on a clock that jumps to what is due next.</summary>
internal sealed class Duo
{
    // What a round of packets takes on the virtual clock: packets of one instant would have no round trip to measure.
    private static readonly TimeSpan s_round = TimeSpan.FromMicroseconds(50);

    // 1,000 s of virtual time between rounds that move nothing: what takes longer never comes to an end.
    private const int MaxRounds = 1_000_000;

    private readonly Func<CarrierAddress, Peer?> _toLeft, _toRight;

    public Duo(AgentIdentity left, AgentIdentity right, SessionOptions? options = null)
    {
        Left = new Peer(left, 1, At(1), options ?? new SessionOptions());
        Right = new Peer(right, 2, At(2), options ?? new SessionOptions());
        (_toLeft, _toRight) = (_ => Left, _ => Right);
    }

    public Instant Now { get; private set; } = new(TimeSpan.TicksPerSecond);

    public Peer Left { get; }

    public Peer Right { get; }

    /// <summary>Two endpoints with an established session.</summary>
    public static Duo Established(SessionOptions? options = null)
    {
        Duo duo = new(Identities.At(0), Identities.At(1), options);
        duo.Establish();
        return duo;
    }

    public static CarrierAddress At(byte number) => CarrierAddress.Udp(new IPEndPoint(new IPAddress([203, 0, 113, number]), 41641));

    /// <summary>The whole handshake, by both endpoints, to the first packets both ways.</summary>
    public void Establish()
    {
        Left.Connect(Now, Right);
        RunUntil(this, static duo => duo.Left.IsEstablished && duo.Right.IsEstablished);
        Settle();
    }

    /// <summary>Moves bytes from left to right on a stream of their own, until all of it is acknowledged and the stream is forgotten.</summary>
    public void Transfer(ReadOnlyMemory<byte> bytes)
    {
        ulong id = Left.OpenStream();
        Left.Session.Streams.SetBuffer(id, 0, new ReadOnlySequence<byte>(bytes), completed: true);
        Left.Endpoint.Wake(Left.Session);
        RunUntil(this, static duo => duo.Left.Session.Streams.Count == 0 && duo.Right.Session.Streams.Count == 0);
    }

    /// <summary>Lets everything go that is due now.</summary>
    public void Settle()
    {
        while (Round())
        {
        }
    }

    /// <summary>Passes time with nothing to do but what the sessions themselves have to.</summary>
    public void Pass(TimeSpan time)
    {
        Instant end = Now + time;
        Settle();
        while (NextTimeout <= end)
        {
            Advance(NextTimeout);
            Settle();
        }

        Advance(end);
    }

    private Instant NextTimeout => Instant.Min(Left.Endpoint.NextTimeout ?? Instant.Never, Right.Endpoint.NextTimeout ?? Instant.Never);

    private static void RunUntil(Duo duo, Func<Duo, bool> condition)
    {
        for (int i = 0; !condition(duo); i++)
        {
            if (!duo.Round())
            {
                duo.Advance(duo.NextTimeout);
            }

            if (i == MaxRounds)
            {
                throw new InvalidOperationException("The two endpoints do not come to an end.");
            }
        }
    }

    private bool Round()
    {
        int sent = Left.SendTo(Now, _toRight);
        Right.Attend(Now);
        Now += s_round;
        sent += Right.SendTo(Now, _toLeft);
        Left.Attend(Now);
        Now += s_round;
        return sent > 0;
    }

    private void Advance(Instant to)
    {
        Now = Instant.Max(Now, to);
        Left.Endpoint.HandleTimeout(Now);
        Right.Endpoint.HandleTimeout(Now);
        Left.Attend(Now);
        Right.Attend(Now);
    }
}
