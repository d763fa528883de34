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
    private readonly EndpointPair _pair;
    private readonly Side _from;
    private readonly Session _session;
    private readonly byte[] _bytes;
    private readonly List<double> _arrivals = [];
    private int _written;
    private ulong _acked;
    private bool _completed;
    private bool _stopped;

    public Talk(EndpointPair pair, Side from, int capacity, int seed)
    {
        (_pair, _from, _session) = (pair, from, from.Session!);
        _bytes = new byte[capacity];
        new Random(seed).NextBytes(_bytes);
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

    /// <summary>Whether what has come is what was sent, from its beginning.</summary>
    public bool IsIntact => Heard is not { } heard || heard.Bytes.WrittenSpan.SequenceEqual(_bytes.AsSpan(0, Received));

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
        if (!_session.IsOver)
        {
            ReadOnlyMemory<byte> rest = _bytes.AsMemory((int)_acked, _written - (int)_acked);
            _session.Streams.SetBuffer(Id, _acked, new ReadOnlySequence<byte>(rest), _completed);
            _from.Endpoint.Wake(_session);
        }
    }
}
