using Ants.Protocol.Streams;
using NUnit.Framework;

namespace Ants.Tests.Unit.Protocol.Streams;

/// <summary>
/// The application at one end of one stream: writes a random number of bytes, reads what comes, and may give up on
/// either at a random point. It checks that what it is told makes sense.
/// </summary>
internal sealed class StreamEndpoint
{
    private readonly StreamEnd _end;
    private readonly ulong _id;
    private readonly int _resetAt;
    private readonly int _stopAt;
    private readonly LentBuffer _buffer;
    private readonly CheckedDestination _destination;
    private StreamEventKind _seen;
    private bool _attached;
    private bool _lent;
    private bool _resetByUs;
    private bool _stopped;
    private ulong _consumed;

    public StreamEndpoint(StreamEnd end, ulong id, bool ours, Random random)
    {
        _end = end;
        _id = id;
        Total = random.Next(4) == 0 ? 0 : random.Next(4_000);
        _resetAt = random.Next(5) == 0 ? random.Next(Total + 1) : int.MaxValue;
        _stopAt = random.Next(5) == 0 ? random.Next(2_000) : int.MaxValue;
        _buffer = new LentBuffer(offset => Content(offset, ours), 1 + random.Next(400));
        _destination = new CheckedDestination(offset => Content(offset, !ours));
    }

    public int Total { get; }

    public ulong Received => _destination.Count;

    public bool IsClosed => Saw(StreamEventKind.Closed);

    public bool Finished => Saw(StreamEventKind.Finished);

    /// <summary>Whether this end or the other gave up on what this end sends.</summary>
    public bool SendGivenUp => _resetByUs || Saw(StreamEventKind.StopSending);

    public bool HasAllAcked => Saw(StreamEventKind.SendFinished);

    public void Attach()
    {
        if (!_attached)
        {
            _attached = true;
            _end.Set.Attach(_id, _destination);
        }
    }

    public void On(StreamEvent e)
    {
        Assert.That(IsClosed, Is.False, "Nothing follows Closed.");
        bool repeats = e.Kind is StreamEventKind.Readable or StreamEventKind.Acked;
        Assert.That(Saw(e.Kind) && !repeats, Is.False, $"{e.Kind} comes once.");
        Assert.That(e.Kind == StreamEventKind.Readable && (Finished || Saw(StreamEventKind.Reset)), Is.False, "Nothing is read after the end.");
        _seen |= e.Kind;
        if (e.Kind == StreamEventKind.Acked)
        {
            Assert.That(e.Value, Is.GreaterThan(_buffer.Start).And.LessThanOrEqualTo(_buffer.End));
            _buffer.Advance(e.Value);
            Lend();
        }
        else if (e.Kind is StreamEventKind.Reset or StreamEventKind.StopSending)
        {
            Assert.That(e.Value, Is.EqualTo(e.Kind == StreamEventKind.Reset ? 7 : 8));
        }
    }

    /// <summary>Does something that an application could do; all of what is left when <paramref name="all"/>.</summary>
    public void Act(Random random, bool all)
    {
        if (all || random.Next(3) == 0)
        {
            Attach();
        }

        Write(all ? Total : random.Next(800));
        Read(all ? int.MaxValue : random.Next(1200));
    }

    private bool Saw(StreamEventKind kind) => (_seen & kind) != 0;

    private byte Content(ulong offset, bool byOpener) => (byte)(TestStreams.At(offset) + (_id * 31) + (byOpener ? 0UL : 99));

    private void Write(int count)
    {
        if (_resetByUs || HasAllAcked || Saw(StreamEventKind.StopSending))
        {
            return;
        }

        count = Math.Min(count, Total - (int)_buffer.End);
        if (count == 0 && _lent)
        {
            return;
        }

        _buffer.Append(count);
        if ((int)_buffer.End >= _resetAt)
        {
            _resetByUs = true;
            _end.Set.Reset(_id, 7);
            return;
        }

        Lend();
    }

    private void Lend()
    {
        _lent = true;
        _end.Set.SetBuffer(_id, _buffer.Start, _buffer.Lend(), (int)_buffer.End == Total && _resetAt > Total);
    }

    private void Read(int count)
    {
        ulong bytes = Math.Min((ulong)count, _destination.Count - _consumed);
        if (bytes > 0)
        {
            _consumed += bytes;
            _end.Set.Consumed(_id, (long)bytes, _end.Now, TestStreams.Rtt);
        }

        if (!_stopped && _consumed >= (ulong)_stopAt)
        {
            _stopped = true;
            _end.Set.StopSending(_id, 8);
        }
    }
}
