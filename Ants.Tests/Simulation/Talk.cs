using System.Buffers;
using Ants.Protocol;
using Ants.Protocol.Sessions;
using Ants.Protocol.Streams;

namespace Ants.Tests.Simulation;

/// <summary>
/// One direction of a conversation on a stream of its own: writes bytes that are a function of their offset, and knows
/// whether the other side has a prefix of exactly these.
/// </summary>
internal sealed class Talk
{
    // Shared by all talks, each of which begins somewhere else: filling a buffer for each cost more than sending it.
    private static readonly byte[] s_pool = new byte[16 << 20];

    private readonly EndpointPair _pair;
    private readonly Side _from;
    private readonly Session _session;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly List<double> _arrivals = [];
    private int _written, _verified;
    private ulong _acked;
    private bool _completed;
    private bool _stopped;

    static Talk() => new Random(1).NextBytes(s_pool);

    public Talk(EndpointPair pair, Side from, int capacity, int seed)
    {
        (_pair, _from, _session) = (pair, from, from.Session!);
        _bytes = s_pool.AsMemory((int)((uint)seed * 7919u % (uint)(s_pool.Length - capacity)), capacity);
        if (!_session.Streams.TryOpen(out ulong id))
        {
            throw new InvalidOperationException("no stream can be opened");
        }

        Id = id;
        from.OnEvent += OnSenderEvent;
        from.Other.OnEvent += OnReceiverEvent;
    }

    public ulong Id { get; }

    public int Written => _written;

    public int Received => Heard?.Bytes.WrittenCount ?? 0;

    public bool IsFinished => Heard is { IsFinished: true } && Received == _written && _completed;

    /// <summary>Whether one side has given it up, and so no end of it is waited for.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Whether both sides know how it ended.</summary>
    public bool IsOver => IsFinished || (IsAbandoned && Heard is { IsReset: true } or { IsStopped: true });

    /// <summary>Whether what has come is what was sent, from its beginning. What was seen to be so once is not looked at again.</summary>
    public bool IsIntact
    {
        get
        {
            ReadOnlySpan<byte> fresh = Heard is { } heard ? heard.Bytes.WrittenSpan[_verified..] : default;
            bool isIntact = fresh.SequenceEqual(_bytes.Span.Slice(_verified, fresh.Length));
            _verified += isIntact ? fresh.Length : 0;
            return isIntact;
        }
    }

    private Incoming? Heard => _from.Other.Incoming.FirstOrDefault(pair => pair.Key.Id == Id && pair.Key.Session.Peer == _from.Endpoint.Id).Value;

    public void Write(int length, bool complete = false)
    {
        _written = Math.Min(_written + length, _bytes.Length);
        _completed |= complete;
        Lend();
    }

    public void WriteAll() => Write(_bytes.Length, complete: true);

    /// <summary>Writes a line of <paramref name="length"/> bytes each <paramref name="everyMs"/>, until told to stop.</summary>
    public void WriteLines(double everyMs, int length = 24)
    {
        if (!_stopped)
        {
            Write(length);
            _pair.After(everyMs, () => WriteLines(everyMs, length));
        }
    }

    public void StopLines()
    {
        _stopped = true;
        Write(0, complete: true);
    }

    /// <summary>The sender gives it up, or the receiver does, if it has heard of it.</summary>
    public void Abandon(bool byReceiver)
    {
        _stopped = true;
        if (IsAbandoned || IsFinished || (byReceiver && Heard is null))
        {
            return;
        }

        IsAbandoned = true;
        if (byReceiver)
        {
            Heard!.IsStopped = true;
            Side receiver = _from.Other;
            receiver.StopReceiving(receiver.Session!, Id);
        }
        else
        {
            _session.Streams.Reset(Id, 1);
            _from.Endpoint.Wake(_session);
        }
    }

    /// <summary>The longest time without an arrival, from a moment on until another.</summary>
    public double LongestGap(double fromMs, double toMs)
    {
        double last = fromMs, longest = 0;
        foreach (double at in _arrivals.Where(at => at > fromMs && at <= toMs).Append(toMs))
        {
            longest = Math.Max(longest, at - last);
            last = at;
        }

        return longest;
    }

    private void OnSenderEvent(Session session, SessionEvent e)
    {
        if (session == _session && e.Kind == SessionEventKind.Stream && e.Stream is { Kind: StreamEventKind.Acked } && e.Stream.Id == Id)
        {
            _acked = e.Stream.Value;
            Lend();
        }
    }

    private void OnReceiverEvent(Session session, SessionEvent e)
    {
        if (e.Kind == SessionEventKind.Stream && e.Stream.Kind == StreamEventKind.Readable && e.Stream.Id == Id)
        {
            _arrivals.Add(_pair.Ms);
        }
    }

    private void Lend()
    {
        if (!_session.IsOver && !IsAbandoned)
        {
            ReadOnlyMemory<byte> rest = _bytes.Slice((int)_acked, _written - (int)_acked);
            _session.Streams.SetBuffer(Id, _acked, new ReadOnlySequence<byte>(rest), _completed);
            _from.Endpoint.Wake(_session);
        }
    }
}
